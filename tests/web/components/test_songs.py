"""The songs of a run, as its tables list them."""

import pytest

from clustering.web.components.clusters import clusters_of
from clustering.web.components.songs import songs_by_id
from tests.factories import make_dataset, make_run


@pytest.mark.django_db
class TestSongsById:
    def test_say_where_each_song_landed(self):
        run = make_run()
        clusters = clusters_of(run)
        wanted = clusters[1].exemplars[0]

        found = songs_by_id(run, clusters, [wanted, 1])

        assert list(found) == [wanted]
        line = found[wanted]
        assert line.title == "Song <2>"
        assert line.genres == "jazz"
        assert line.cluster == clusters[1]
        assert line.leans_to == clusters[2]

    def test_without_titles_have_a_number(self):
        dataset = make_dataset()
        dataset.songs.update(title=None, external_id=None, artist=None, genres=None)
        run = make_run(dataset)
        clusters = clusters_of(run)

        line = songs_by_id(run, clusters, [clusters[0].exemplars[0]])[clusters[0].exemplars[0]]

        assert (line.title, line.artist, line.genres) == ("Song 1", "", "")
