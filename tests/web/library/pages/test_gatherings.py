"""What artists and genres have in common."""

import pytest

from clustering.models import Artist, Genre
from clustering.web.library.pages.song_sets import visible_to
from tests.factories import make_catalog, make_user


@pytest.mark.django_db
class TestVisibleTo:
    @pytest.mark.parametrize("kind", [Artist, Genre])
    def test_are_those_of_datasets_that_may_be_seen(self, kind):
        dataset = make_catalog()
        bob = make_user("bob")

        assert not visible_to(bob, kind).exists()
        assert visible_to(dataset.owner, kind).count() == kind.objects.count() > 0
        dataset.share("shared")
        assert visible_to(bob, kind).count() == kind.objects.count()
