"""What a person has, and how much of it is allowed."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.db.models import Count, Q, Sum

from clustering.analysis import AnalysisError
from clustering.jobs import kinds
from clustering.models import Dataset, Job, Upload
from clustering.songfiles import SongFileError

CLAIMS = 7_326_873
"""The first number of the advisory locks that claims hold; the second is whose they are."""


class LimitError(AnalysisError, SongFileError):
    """Somebody asks for more than they may have; whoever tells people what they can mend tells this too."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One thing that is counted."""

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
        with_more = f", and this would make {self.used + more:,}" if self.used <= self.most and more else ""
        return f"{self.label}: you have {self.used:,} of at most {self.most:,}{with_more}. {self.advice}"


def limits(user: User | AnonymousUser) -> dict[str, Limit]:
    """Return each limit by its name in the settings."""
    own = Dataset.objects.filter(owner_id=user.pk)
    songs = own.aggregate(songs=Sum("songs_count"))["songs"] or 0
    stored = Upload.objects.filter(dataset__owner_id=user.pk).aggregate(bytes=Sum("bytes"))["bytes"] or 0
    delete = "Delete datasets that you no longer need."
    most = settings.LIMITS
    alive = Job.objects.filter(owner_id=user.pk).exclude(kind__in=kinds.deletions()).alive()
    # advice is one thing that somebody asked for, from its beginning until the last number is tried
    jobs = alive.aggregate(others=Count("pk", filter=Q(sweep=None)), sweeps=Count("sweep", distinct=True))
    return {
        "datasets": Limit("Datasets", own.count(), most["datasets"], delete),
        "megabytes": Limit("Megabytes of files", round(stored / 2**20), most["megabytes"], delete),
        "songs": Limit("Songs", songs, most["songs"], delete),
        "jobs": Limit(
            "Jobs that run or wait",
            jobs["others"] + jobs["sweeps"],
            most["jobs"],
            "Wait until one of them has ended, or cancel one.",
        ),
    }


def enforce_quota(user: User, **more: int) -> None:
    """Refuse a person so much more of something where it is too much.

    Until the end of the transaction nobody else claims anything for them, or two requests at once would both be
    counted as the last. Hold the dataset that it is about before: who holds one waits here for another's end.
    """
    if not any(settings.LIMITS[name] for name in more):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [CLAIMS, user.pk])
    known = limits(user)
    for name, count in more.items():
        if words := known[name].refusal(count):
            raise LimitError(words)
