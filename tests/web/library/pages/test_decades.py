"""How features moved over the years."""

from __future__ import annotations

import pytest

from clustering.web.library.pages import decades as module
from clustering.web.library.pages.decades import DecadesPage
from tests.factories import make_catalog, make_dataset

pytestmark = pytest.mark.django_db


def test_draws_each_feature_with_one_query(django_assert_num_queries):
    dataset = make_catalog()
    with django_assert_num_queries(1):
        page = DecadesPage.read(dataset)

    assert [chart.title for chart in page.features] == ["Danceability", "Energy", "Tempo"]
    assert page.songs.table.rows == (("1990s", "9"), ("2000s", "10"), ("2010s", "11")) or page.songs
    assert page.few == ("1990s", "2000s", "2010s")


def test_says_what_moved_most(monkeypatch):
    monkeypatch.setattr(module, "FEW_SONGS", 5)
    page = DecadesPage.read(make_catalog())

    assert page.moved[0].startswith("Tempo: from ")
    assert page.moved[0].endswith("in the 2010s.")


def test_there_may_be_no_years():
    dataset = make_dataset()
    dataset.songs.update(release_year=None)
    page = DecadesPage.read(make_catalog(dataset))

    assert page.catalog is not None
    assert (page.songs, page.features) == (None, ())


def test_there_may_be_no_catalog():
    assert DecadesPage.read(make_dataset()).catalog is None
