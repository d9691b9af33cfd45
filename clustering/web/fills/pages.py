"""What the pages of filling in features show: where from, what was matched, and what is in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User

from clustering.analysis.features import FEATURES
from clustering.analysis.recordings import FILLED
from clustering.models import Dataset, Fill, Job
from clustering.models.song import title_of
from clustering.storage import fills
from clustering.storage.fill_matches import KEYS
from clustering.web.components.formatting import label_of, percent, two_digits

MAX_SOURCES = 200
MAX_FILLS = 50
SHOWN_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class FillsPage:
    """The datasets that can fill this one in, and the fills that there are."""

    dataset: Dataset
    sources: tuple[Dataset, ...]
    fills: tuple[Fill, ...]

    @classmethod
    def read(cls, dataset: Dataset, user: User | AnonymousUser) -> FillsPage:
        """Read both with a query each; a person's own datasets come first."""
        others = (
            Dataset.objects.visible_to(user)
            .exclude(pk=dataset.pk)
            .filter(songs_count__gt=0)
            .select_related("owner")
            .defer("report", "filled_report")
        )
        found = [one for one in others.order_by("-created_at")[: 2 * MAX_SOURCES] if not one.is_list]
        found.sort(key=lambda one: one.owner_id != user.pk)
        made = dataset.fills.select_related("job")[:MAX_FILLS]
        return cls(dataset, tuple(found[:MAX_SOURCES]), tuple(made))


@dataclass(frozen=True, slots=True)
class Pair:
    """A song and the one of the other table, as a line each."""

    song_id: int
    source_id: int
    song: str
    source: str
    source_more: str
    key: str
    chosen: bool

    @classmethod
    def of(cls, row: dict[str, Any]) -> Pair:
        """Read a row of `storage.fills`."""
        return cls(
            song_id=row["song_id"],
            source_id=row["source"]["id"],
            song=_words(row["song"]),
            source=_words(row["source"]),
            source_more=_more(row["source"]),
            key=row["key"],
            chosen=row["state"] == 2,
        )


@dataclass(frozen=True, slots=True)
class KeyLine:
    """How many songs one key matched, and some of them."""

    label: str
    songs: int
    examples: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """How far both tables agree in one feature."""

    label: str
    songs: int
    share: str
    difference: str
    differs: bool


@dataclass(frozen=True, slots=True)
class FillPage:
    """What a fill would write, or has written."""

    fill: Fill
    job: Job | None
    """What is being done to it now, or failed."""
    keys: tuple[KeyLine, ...]
    gains: tuple[tuple[str, int], ...]
    """How many songs get each feature."""
    agreement: tuple[AgreementLine, ...]
    differing: tuple[str, ...]
    unmatched: tuple[str, ...]
    """Some of the songs that nothing was found for."""
    chosen: int
    can_apply: bool

    @classmethod
    def read(cls, fill: Fill) -> FillPage:
        """Read a fill; the examples are there until it is applied or undone."""
        report = fill.report
        ready = fill.status == Fill.Status.READY and fill.source is not None
        chosen = fills.count_chosen(fill) if ready else 0
        agreement = report.get("agreement", {})
        alive = fill.job is not None and fill.job.is_alive
        ended_badly = (Job.Status.FAILED, Job.Status.CANCELLED)
        job = fill.job if fill.job is not None and (alive or fill.job.status in ended_badly) else None
        examples = {
            key.number: fills.matched_examples(fill, key.number)
            for key in KEYS
            if ready and report["keys"][key.name]
        }
        return cls(
            fill=fill,
            job=job,
            keys=tuple(
                KeyLine(key.label, songs, tuple(map(Pair.of, examples.get(key.number, ()))))
                for key in KEYS
                if (songs := report.get("keys", {}).get(key.name, 0))
            ),
            gains=tuple(
                (label_of(name), songs) for name, songs in _in_order(report.get("features", {})) if songs
            ),
            agreement=tuple(_agreement(name, found) for name, found in _in_order(agreement)),
            differing=tuple(FEATURES[name].inside for name in fills.differing(agreement)),
            unmatched=_unmatched(fill) if ready else (),
            chosen=chosen,
            can_apply=ready and not alive and not fill.is_stale and report["gaining"] + chosen > 0,
        )


@dataclass(frozen=True, slots=True)
class Doubt:
    """A song with several candidates."""

    song_id: int
    song: str
    candidates: tuple[Pair, ...]

    @property
    def chosen(self) -> bool:
        """Whether one of them was chosen."""
        return any(one.chosen for one in self.candidates)


@dataclass(frozen=True, slots=True)
class AmbiguousPage:
    """Some of the songs with several candidates, and where the next ones begin."""

    fill: Fill
    songs: tuple[Doubt, ...]
    next: int | None

    @classmethod
    def read(cls, fill: Fill, *, after: int) -> AmbiguousPage:
        """Read those after a song's id."""
        found = fills.ambiguous_songs(fill, after=after, most=SHOWN_AT_ONCE + 1)
        shown = found[:SHOWN_AT_ONCE]
        doubts = tuple(
            Doubt(rows[0]["song_id"], _words(rows[0]["song"]), tuple(map(Pair.of, rows)))
            for rows in shown
            if rows
        )
        more = len(found) > len(shown)
        return cls(fill, doubts, doubts[-1].song_id if more and doubts else None)


def _agreement(name: str, found: dict[str, Any]) -> AgreementLine:
    differs = name in fills.differing({name: found})
    return AgreementLine(
        label=label_of(name),
        songs=found["songs"],
        share=percent(found["agreeing"] / found["songs"]),
        difference=two_digits(found["difference"]),
        differs=differs,
    )


def _in_order(found: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return what is known of features in their usual order, which PostgreSQL's JSON does not keep."""
    return [(name, found[name]) for name in FILLED if name in found]


def _words(song: dict[str, Any]) -> str:
    name = title_of(song["title"], song["external_id"], song["row_number"])
    return f"{name} – {song['artist']}" if song["artist"] else name


def _more(song: dict[str, Any]) -> str:
    """Return what tells candidates apart that are called the same."""
    parts = [song["album"] or ""]
    parts += [
        f"{label_of(name).lower()} {FEATURES[name].format(song[name])}"
        for name in ("duration_ms", "energy", "tempo")
        if song[name] is not None
    ]
    return ", ".join([part for part in parts if part] + [f"row {song['row_number']:,}"])


def _unmatched(fill: Fill) -> tuple[str, ...]:
    names = ("row_number", "external_id", "isrc", "title", "artist", "album")
    rows = [row for part in fills.unmatched_songs(fill, most=fills.EXAMPLES) for row in part]
    return tuple(_words(dict(zip(names, row, strict=True))) for row in rows)
