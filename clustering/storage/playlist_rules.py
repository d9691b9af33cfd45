"""Rules for a playlist: what a dataset's songs can be asked for, and the songs that answer to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ctypes import c_float
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, Literal

from django.db import connection, transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from clustering.analysis.features import FEATURES
from clustering.models import Assignment, Cluster, Dataset, Run, Song
from clustering.models.song import RealField

RUNS_OFFERED = 5
EXTRA = "extra:"
"""Before the name of a file's own column, which can be called like anything else."""

Kind = Literal["number", "genre", "cluster", "flag"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition: a field, and what is asked of it."""

    field: str
    low: float | None = None
    high: float | None = None
    words: tuple[str, ...] = ()
    """Genres, any of which will do."""
    run: int | None = None
    cluster: int | None = None
    flag: bool | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return what says something, ready for JSON."""
        values = {name: getattr(self, name) for name in ("low", "high", "run", "cluster", "flag")}
        said = {name: value for name, value in values.items() if value is not None}
        return {"field": self.field} | said | ({"words": list(self.words)} if self.words else {})

    def complaint(self, kind: Kind) -> str:
        """Say what is wrong with a rule about a field of a kind; nothing where it can be answered to."""
        if kind == "number" and self.low is None and self.high is None:
            return "Enter a minimum, a maximum or both."
        if kind == "number" and self.low is not None and self.high is not None and self.low > self.high:
            return f"Nothing is at least {self.low:g} and at most {self.high:g}. Change one of them."
        if kind == "genre" and not self.words:
            return "Enter one or more genres, separated by commas."
        return ""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Rule:
        """Return what `to_dict` described."""
        return cls(**{**data, "words": tuple(data.get("words", ()))})


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules in groups: every rule of any group (``"all"``), or any rule of every group (``"any"``).

    With one group that is simply all of its rules, or any of them; with several, whatever and/or can say.
    """

    join: Literal["all", "any"]
    groups: tuple[tuple[Rule, ...], ...]

    def __iter__(self) -> Any:
        return (rule for group in self.groups for rule in group)

    def to_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {"join": self.join, "groups": [[rule.to_dict() for rule in group] for group in self.groups]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Rules:
        """Return what `to_dict` described."""
        groups = tuple(tuple(Rule.from_dict(rule) for rule in group) for group in data["groups"])
        return cls("any" if data["join"] == "any" else "all", groups)


@dataclass(frozen=True, slots=True)
class RuleField:
    """Something that can be asked of a dataset's songs."""

    name: str
    label: str
    kind: Kind
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ClusterChoice:
    """A group that songs can be asked to be in."""

    run: Run
    cluster: Cluster

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.run.pk}:{self.cluster.index}"


def rule_fields(dataset: Dataset, *, clusters: bool) -> tuple[RuleField, ...]:
    """Return what the dataset's songs can be asked for; groups only where a run has some."""
    mapped = {
        match.get("field")
        for upload in dataset.uploads.all()
        for match in upload.column_map.get("matches", ())
    }
    fields = [RuleField("cluster", "Group", "cluster")] if clusters else []
    fields += [RuleField(name, FEATURES[name].label, "number", _range_of(name)) for name in dataset.features]
    if "genres" in mapped:
        fields.append(RuleField("genre", "Genre", "genre"))
    if "release_year" in mapped:
        precision = "1960 for the 1960s" if dataset.knows_decades_only else ""
        fields.append(RuleField("release_year", "Year", "number", precision))
    if "popularity" in mapped:
        fields.append(RuleField("popularity", "Popularity", "number"))
    if "explicit" in mapped:
        fields.append(RuleField("explicit", "Explicit lyrics", "flag"))
    fields += [RuleField(f"{EXTRA}{name}", name, "number") for name in dataset.extra_columns]
    return tuple(fields)


def _range_of(feature: str) -> str:
    known = FEATURES[feature]
    if feature == "duration_ms":
        return "in minutes"
    return f"{known.low:.0f} to {known.high:.0f}" + (f" {known.unit}" if known.unit else "")


def cluster_choices(dataset: Dataset, *, also: int | None = None) -> tuple[ClusterChoice, ...]:
    """Return the groups of the newest runs, and of an older one that is asked for, with two queries."""
    finished = dataset.runs.finished().without_model()
    first = finished.annotate(asked=Case(When(pk=also or 0, then=0), default=1)).order_by(
        "asked", "-created_at"
    )
    runs = {run.pk: run for run in first[:RUNS_OFFERED]}
    names = ("run_id", "index", "own_name", "generated_name", "color_index", "size")
    clusters = Cluster.objects.filter(run__in=runs).only(*names)
    order = list(runs)
    return tuple(
        ClusterChoice(runs[cluster.run_id], cluster)
        for cluster in sorted(clusters, key=lambda one: (order.index(one.run_id), one.index))
    )


def matching(dataset: Dataset, rules: Rules) -> QuerySet[Song]:
    """Return the songs that answer to the rules; all of them where there are none."""
    songs = Song.objects.filter(id__range=(dataset.first_song_id, dataset.last_song_id))
    within, between = (and_, or_) if rules.join == "all" else (or_, and_)
    groups = [
        reduce(within, [_condition(dataset, rule) for rule in group]) for group in rules.groups if group
    ]
    return songs.filter(reduce(between, groups)) if groups else songs


def count_matches(songs: QuerySet[Song]) -> int:
    """Count songs, with room for the ids of a large group in memory: looked up one by one they take seconds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '96MB'")
        return songs.count()


def _condition(dataset: Dataset, rule: Rule) -> Q:
    if rule.field == "cluster":
        # a run of another dataset has none of these songs: it need not be checked
        inside = Assignment.objects.filter(run_id=rule.run or 0, cluster=rule.cluster or 0)
        return Q(id__in=inside.values("song_id"))
    if rule.field == "genre":
        return Q(genres__overlap=spellings(rule.words))
    if rule.field == "explicit":
        return Q(explicit=rule.flag)
    column = rule.field
    if column.startswith(EXTRA):
        column = f"extras__{dataset.extra_columns.index(column.removeprefix(EXTRA))}"
    factor = 60_000.0 if column == "duration_ms" else 1.0
    conditions = Q()
    if rule.low is not None:
        conditions &= Q(**{f"{column}__gte": _four_bytes(rule.low * factor)})
    if rule.high is not None:
        conditions &= Q(**{f"{column}__lte": _four_bytes(rule.high * factor)})
    return conditions if conditions else Q(**{f"{column}__isnull": False})


def _four_bytes(number: float) -> Cast:
    """Return a bound as exact as the column: of eight bytes 0.8 would be less than a song's 0.8.

    PostgreSQL refuses a number that four bytes cannot hold; here it becomes 0 or infinite, which bounds the same songs.
    """
    return Cast(Value(c_float(number).value), RealField())


def spellings(words: Iterable[str]) -> list[str]:
    """Return how a genre may be written in the file: an index-free overlap needs it letter by letter."""
    return sorted({form for word in words for form in (word, word.lower(), word.title(), word.upper())})
