"""What a person has, and how much of it is allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from clustering.analysis import AnalysisError
from clustering.jobs import kinds
from clustering.models import Dataset, Job, Playlist, Run, RunComparison, ShareLink, Sweep, Upload
from clustering.songfiles import SongFileError
from clustering.storage.places import count_places

CLAIMS = 7_326_873
"""The first number of the advisory locks that claims hold; the second is whose they are."""


class LimitError(AnalysisError, SongFileError):
    """Somebody asks for more than they may have; whoever tells people what they can mend tells this too."""


@dataclass(frozen=True, slots=True)
class Countable:
    """A kind of thing that people have: what it is called, how to have less of it, and how many each person has."""

    label: str
    advice: str
    by_owner: Callable[[int | None], Mapping[int, int]]
    """Of one person, or of everybody."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How much a person has of one thing."""

    label: str
    used: int
    most: int
    """0: as much as there is room for."""
    advice: str

    @property
    def percent(self) -> int:
        """How full it is."""
        return min(100, round(100 * self.used / self.most)) if self.most else 0

    def refusal(self, more: int) -> str:
        """Say why so much more is refused; nothing when it is not."""
        if not self.most or self.used + more <= self.most:
            return ""
        with_more = (
            f", and this would make it {self.used + more:,}" if self.used <= self.most and more else ""
        )
        return f"{self.label}: you are using {self.used:,} of {self.most:,}{with_more}. {self.advice}"

    def refusal_of_stored(self) -> str:
        """Say why what was counted just now does not stay; nothing when it may."""
        if not self.most or self.used <= self.most:
            return ""
        return (
            f"{self.label}: this would make it {self.used:,}, and the limit is {self.most:,}. {self.advice}"
        )


@dataclass(frozen=True, slots=True)
class Stored:
    """How much of one thing there is on the whole site, and where one person comes closest to the limit."""

    name: str
    label: str
    total: int
    largest: int
    """What the person has who has most."""
    most: int
    """What each person may have; 0: as much as there is room for."""


def limits(user: User | AnonymousUser) -> dict[str, Limit]:
    """Return each limit of a person by its name in the settings."""
    return {name: _limit(name, user) for name in COUNTED}


def stored() -> tuple[Stored, ...]:
    """Return what all people have together."""
    found = []
    for name, counted in COUNTED.items():
        counts = counted.by_owner(None).values()
        most = settings.LIMITS[name]
        found.append(Stored(name, counted.label, sum(counts), max(counts, default=0), most))
    return tuple(found)


def check_quota(user: User, **more: int) -> None:
    """Refuse a person so much more of something where it is too much; two at once may both get through.

    It comes before work that would be in vain; `enforce_quota` comes after it, in the transaction.
    """
    for name, count in more.items():
        if settings.LIMITS[name] and (words := _limit(name, user).refusal(count)):
            raise LimitError(words)


def enforce_quota(user: User, **more: int) -> None:
    """Refuse a person so much more of something where it is too much.

    Until the end of the transaction nobody else claims anything for them, or two requests at once would both be
    counted as the last. Hold the dataset that it is about before: who holds one waits here for another's end.
    """
    if not any(settings.LIMITS[name] for name in more):
        return
    _claim(user)
    check_quota(user, **more)


def enforce_stored(user: User, *names: str) -> None:
    """Refuse what was just stored, in the transaction that stored it, where a person then has too much.

    For what is only counted when it is there, or when another request may have stored some since it was looked at.
    """
    if not any(settings.LIMITS[name] for name in names):
        return
    _claim(user)
    for name in names:
        if settings.LIMITS[name] and (words := _limit(name, user).refusal_of_stored()):
            raise LimitError(words)


def _claim(user: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [CLAIMS, user.pk])


def _limit(name: str, user: User | AnonymousUser) -> Limit:
    counted = COUNTED[name]
    used = 0 if user.pk is None else counted.by_owner(user.pk).get(user.pk, 0)
    return Limit(counted.label, used, settings.LIMITS[name], counted.advice)


def _count(rows: QuerySet[Any], owner: int | None, *, by: str = "owner", what: Any = None) -> dict[int, int]:
    """Count rows by whose they are, or add something of them up."""
    mine = rows if owner is None else rows.filter(**{by: owner})
    found = mine.order_by().values_list(by).annotate(number=what or Count("pk"))
    return {key: number or 0 for key, number in found}


def _count_megabytes(owner: int | None) -> dict[int, int]:
    found = _count(Upload.objects.all(), owner, by="dataset__owner", what=Sum("bytes"))
    return {key: round(number / 2**20) for key, number in found.items()}


def _count_jobs(owner: int | None) -> dict[int, int]:
    alive = Job.objects.exclude(kind__in=kinds.deletions()).alive()
    # advice is one thing that somebody asked for, from its beginning until the last number is tried
    together = Count("pk", filter=Q(sweep=None)) + Count("sweep", distinct=True)
    return _count(alive, owner, what=together)


_DELETE_DATASETS = "Delete datasets that you no longer need."
_DELETE_RUNS = "Delete runs that you no longer need."

COUNTED = {
    "datasets": Countable("Datasets", _DELETE_DATASETS, lambda owner: _count(Dataset.objects.all(), owner)),
    "megabytes": Countable("Storage in MB", _DELETE_DATASETS, _count_megabytes),
    "songs": Countable(
        "Songs",
        _DELETE_DATASETS,
        lambda owner: _count(Dataset.objects.all(), owner, what=Sum("songs_count")),
    ),
    "jobs": Countable("Running and waiting jobs", "Wait until one is done, or cancel one.", _count_jobs),
    "runs": Countable("Runs", _DELETE_RUNS, lambda owner: _count(Run.objects.all(), owner)),
    "places": Countable("Songs placed in groups, over all runs", _DELETE_RUNS, count_places),
    "sweeps": Countable(
        "Advice on the number of groups",
        "Delete advice that you no longer need.",
        lambda owner: _count(Sweep.objects.all(), owner),
    ),
    "comparisons": Countable(
        "Comparisons of runs",
        "Delete runs that you no longer need: their comparisons go with them.",
        lambda owner: _count(RunComparison.objects.all(), owner, by="job__owner"),
    ),
    "playlists": Countable(
        "Playlists",
        "Delete playlists that you no longer need.",
        lambda owner: _count(Playlist.objects.all(), owner),
    ),
    "links": Countable(
        "Active links",
        "Revoke links that are no longer needed.",
        lambda owner: _count(ShareLink.objects.valid(), owner),
    ),
}
"""What is counted, by its name in the settings."""
