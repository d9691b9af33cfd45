"""What the pages of a run share."""

import pytest

from clustering.analysis.features import NO_VALUE
from clustering.models import Job
from clustering.web.components.runs import (
    clusters_of,
    formatted,
    label_of,
    latest_job,
    meaning_of,
    percent,
    songs_by_id,
)
from tests.factories import make_dataset, make_job, make_run


@pytest.mark.django_db
class TestLatestJob:
    def test_is_the_one_that_makes_the_results(self):
        run = make_run()
        assert latest_job(run) is None

        making = make_job(run.owner, run=run, kind=Job.Kind.CLUSTER)
        make_job(run.owner, run=run, kind=Job.Kind.DELETE_RUN)

        assert latest_job(run) == making


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


class TestWords:
    def test_of_a_column_that_is_no_known_feature(self):
        assert label_of("playlist_adds") == "playlist_adds"
        assert "numeric column" in meaning_of("playlist_adds")
        assert formatted("playlist_adds", 1234.5) == "1234"
        assert formatted("energy", None) == NO_VALUE
        assert label_of("duration_ms") == "Duration"

    def test_of_a_small_share(self):
        assert percent(0.5) == "50\u202f%"
        assert percent(0.0001) == "under 1\u202f%"
        assert percent(0) == "0\u202f%"
