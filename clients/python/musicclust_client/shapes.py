"""What the site answers, as docs/openapi.json describes it. Fields that come later are there, too, without a type."""

from __future__ import annotations

from typing import Any, Literal, TypedDict


class InvalidField(TypedDict):
    """One field of a request that does not fit."""

    field: str
    message: str


class Job(TypedDict):
    """A piece of work, and how far it is."""

    id: int
    kind: str
    title: str
    status: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    stage: str
    done: int
    total: int
    stopping: bool
    error: str
    error_code: str
    attempt: int
    dataset: int | None
    run: int | None
    advice: int | None
    created_at: str
    started_at: str | None
    finished_at: str | None


class Match(TypedDict):
    """One column of a file, and the field it is taken for."""

    column: str
    field: str | None
    unit: str
    decimal: Literal["", ".", ","]
    settled: bool
    confidence: float
    examples: list[str]


class Reading(TypedDict):
    """How a file was read."""

    format: str
    encoding: str
    delimiter: str
    sheets: list[str]
    read_sheets: list[str]
    header: int | None
    header_rows: int | None
    first_rows: list[list[str]]


class UploadedFile(TypedDict):
    """One file of a dataset."""

    id: int
    dataset: int
    file_name: str
    bytes: int
    sha256: str
    imported: bool
    rows_read: int
    rows_kept: int
    rows_rejected: int
    duplicates: int
    has_rejected_rows: bool
    kind: str
    columns: list[Match]
    reading: Reading
    created_at: str


class DatasetInfo(TypedDict):
    """A collection of songs."""

    id: int
    name: str
    owner: str
    visibility: Literal["private", "shared"]
    songs: int
    features: list[str]
    extra_columns: list[str]
    pinned_run: int | None
    created_at: str


class Score(TypedDict):
    """A silhouette with its 95 % interval, and what the same songs score without structure."""

    value: float
    low: float | None
    high: float | None
    songs: int | None
    null: float | None
    null_deviation: float | None


class Verdict(TypedDict):
    """How clear the groups are, in words."""

    headline: str
    sentences: list[str]
    tone: str
    unjudged: list[str]


class RunInfo(TypedDict):
    """A run as lists have it."""

    id: int
    dataset: int
    name: str
    finished: bool
    k: int | None
    songs: int
    left_out: int
    noise: int
    added: int
    silhouette: Score | None
    davies_bouldin: float | None
    calinski_harabasz: float | None
    inertia: float | None
    bic: float | None
    advice: int | None
    settings: dict[str, Any]
    created_at: str
    finished_at: str | None


class RunDetails(RunInfo):
    """A run with the verdict on it."""

    verdict: Verdict | None
    associations: dict[str, dict[str, float]]
    explained_variance: list[float]
    unplaced: int
    pinned: bool
    job: int | None
    seconds: dict[str, float]
    versions: dict[str, str]


class GenreShare(TypedDict):
    """A genre of a group's songs."""

    genre: str
    count: int
    share: float
    lift: float


class Group(TypedDict):
    """One group: what it sounds like, and how far it can be trusted."""

    index: int
    name: str
    description: str
    is_noise: bool
    size: int
    share: float
    added: int
    stability: float | None
    silhouette: float | None
    silhouette_low: float | None
    silhouette_high: float | None
    means: dict[str, float | None]
    medians: dict[str, float | None]
    deviations: dict[str, float | None]
    effects: dict[str, float | None]
    genres: list[GenreShare]
    exemplars: list[int]


class Song(TypedDict):
    """A song: what its file said of it, and its audio features."""

    id: int
    dataset: int
    row: int
    external_id: str | None
    title: str | None
    artist: str | None
    album: str | None
    genres: list[str]
    release_year: int | None
    popularity: float | None
    explicit: bool | None
    preview_url: str | None
    link_url: str | None
    features: dict[str, float | None]


class SimilarSong(TypedDict):
    """A song that is like another."""

    song: Song
    like: int
    distance: float
    why: str


class SimilarSongs(TypedDict):
    """Songs like others, the nearest first."""

    songs: list[SimilarSong]
    features: list[str]
    shortfall: str


class PlaylistInfo(TypedDict):
    """A list of songs of one dataset."""

    id: int
    dataset: int
    name: str
    source: Literal["rules", "seeds", "area", "songs"]
    selection: Literal["surprise", "popular", "typical"]
    length: int
    unit: Literal["songs", "minutes"]
    max_per_artist: int | None
    order: Literal["picked", "similarity", "tempo", "arc", "harmonic"]
    by_hand: bool
    note: str
    songs: int
    created_at: str


class PlaylistEntry(TypedDict):
    """A song's place in a playlist."""

    position: int
    locked: bool
    song: Song


class Playlist(PlaylistInfo):
    """A playlist with its songs."""

    entries: list[PlaylistEntry]
