"""Addresses of Explore: read and written again they are the same, and what means nothing is said."""

from __future__ import annotations

import math

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clustering.models import Run
from clustering.storage.song_filters import NumberRange, SongFilter
from clustering.storage.song_pages import Order
from clustering.web.components.explore import Columns, ExploreState, explore_address, read_state

COLUMNS = Columns(("energy", "tempo", "extra:Beats, min", "release_year"), (0, 1, 2), True, True)
BOUNDS = st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32) | st.integers(-(10**6), 10**6)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
FILTERS = st.builds(
    SongFilter,
    ranges=st.dictionaries(st.sampled_from(COLUMNS.numbers), st.tuples(BOUNDS, BOUNDS)).map(
        lambda found: tuple(NumberRange(name, *ends) for name, ends in found.items())
    ),
    groups=st.lists(st.sampled_from(COLUMNS.groups), unique=True).map(tuple),
    decades=st.lists(st.sampled_from([1950, 1960, 2020]), unique=True).map(tuple),
    first_genres=st.lists(WORDS, unique=True, max_size=3).map(tuple),
    genres=st.lists(WORDS, unique=True, max_size=3).map(tuple),
    text=WORDS.map(lambda text: " ".join(text.split())),
    outline=st.just(())
    | st.lists(st.tuples(*[st.floats(-9, 9)] * 2), min_size=3, max_size=9).map(
        lambda corners: tuple(corners)
    ),
    also=st.none() | st.tuples(st.integers(1, 2**52), st.integers(0, 99)),
)
STATES = st.builds(
    ExploreState,
    filter=FILTERS,
    order=st.builds(Order, st.sampled_from(["row", "title", "group", "tempo"]), st.booleans()),
    shown=st.lists(st.sampled_from(COLUMNS.all), unique=True).map(tuple),
    color=st.sampled_from(["", "tempo", "decade"]),
)


def as_query(state: ExploreState) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in state.query():
        query.appendlist(name, value)
    return QueryDict(query.urlencode())


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(STATES)
def test_an_address_read_again_is_the_same(state: ExploreState) -> None:
    assert read_state(as_query(state), COLUMNS) == (state, ())


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(FILTERS)
def test_a_filter_kept_as_json_is_the_same(asked: SongFilter) -> None:
    import json

    assert SongFilter.from_dict(json.loads(json.dumps(asked.to_dict()))) == asked


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=5))
def test_any_text_is_read(typed: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    query.update(typed)
    read_state(query, COLUMNS)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("happiness=0.1..0.2", "no column “happiness”"),
        ("energy=loud", "“loud” is no range"),
        ("energy=0.1", "“0.1” is no range"),
        ("energy=nan..1", "no range"),
        ("energy=..inf", "no range"),
        ("group=7", "no such group: “7”"),
        ("group=²", "no such group"),
        ("group=00000000001", "no such group: “00000000001”"),
        ("group=+1", "no such group"),
        ("decade=01980", "“01980”"),
        ("decade=1985", "written as 1980"),
        ("sort=-happiness", "no column “happiness” to sort by"),
        ("show=happiness", "no column “happiness” to show"),
        ("color=happiness", "to color the map by"),
        ("outline=1,2,3", "no outline"),
        ("outline=1,2,3,4,5,x", "no outline"),
        ("also=me", "no group of another run"),
    ],
)
def test_what_means_nothing_is_left_out_and_said(typed: str, said: str) -> None:
    state, problems = read_state(QueryDict(typed), COLUMNS)
    assert state == ExploreState()
    assert said in problems[0].text


def test_a_dataset_without_years_genres_and_run_says_so() -> None:
    bare = Columns(("energy",), (), False, False)
    _, problems = read_state(QueryDict("decade=1980&genre=pop&outline=1,2,3,4,5,6&group=0"), bare)
    assert {problem.name for problem in problems} == {"decade", "genre", "outline", "group"}


def test_numbers_are_written_as_people_do() -> None:
    asked = SongFilter((NumberRange("energy", 0.35, 1.0), NumberRange("tempo", None, 1e21)))
    assert ExploreState(asked).query() == [("energy", "0.35..1"), ("tempo", "..1e+21")]
    assert math.isclose(read_state(QueryDict("tempo=..1e%2B21"), COLUMNS)[0].filter.ranges[0].high or 0, 1e21)


@pytest.mark.django_db
def test_the_columns_of_a_run(run: Run) -> None:
    columns = Columns.read(run.dataset, run)
    assert columns.groups == (0, 1, 2)
    assert columns.all == ("title", "artist", "group", "distance", *run.dataset.features)
    assert explore_address(5, 7, SongFilter(groups=(1,)), sort="-tempo").endswith(
        "/explore/?run=7&group=1&sort=-tempo"
    )
