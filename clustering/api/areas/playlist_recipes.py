"""What a playlist is made of: rules, songs like others, or chosen songs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from clustering.actions.playlists import MAX_MINUTES, PlaylistOptions
from clustering.analysis import AnalysisError
from clustering.api.schemas import Body, Id, Name, Text
from clustering.models import Dataset, Playlist
from clustering.models.playlist import MAX_PLAYLIST_LENGTH
from clustering.storage.playlist_rules import Rule, Rules, rule_fields
from clustering.storage.similar_songs import MAX_SEEDS

Selection = Literal["surprise", "popular", "typical"]
Order = Literal["picked", "similarity", "tempo", "arc", "harmonic"]
Unit = Literal["songs", "minutes"]
MAX_RULES = 20


class OptionsBody(Body):
    """What a playlist is to be like, whatever its songs come from."""

    selection: Selection = "surprise"
    length: Annotated[int, Field(ge=1, le=MAX_MINUTES)] = 30
    unit: Unit = "songs"
    max_per_artist: Annotated[
        int | None, Field(ge=1, le=MAX_PLAYLIST_LENGTH, description="Null: no limit.")
    ] = 2
    order: Order = "similarity"

    def options(self) -> PlaylistOptions:
        """Return the options."""
        return PlaylistOptions(**{name: getattr(self, name) for name in OptionsBody.model_fields})


class RuleBody(Body):
    """One condition: a field, and what is asked of it."""

    field: Annotated[
        Text,
        Field(max_length=200, description="A feature, genre, release_year, popularity, explicit or cluster."),
    ]
    low: float | None = None
    high: float | None = None
    words: Annotated[list[Text], Field(max_length=20, description="Genres, any of which will do.")] = Field(
        default_factory=list
    )
    run: Id | None = None
    cluster: Annotated[int | None, Field(ge=0, lt=2**15)] = None
    flag: bool | None = None


class RulesBody(Body):
    """Rules in groups: every rule of any group (all), or any rule of every group (any)."""

    join: Literal["all", "any"] = "all"
    groups: Annotated[
        list[Annotated[list[RuleBody], Field(min_length=1, max_length=MAX_RULES)]],
        Field(min_length=1, max_length=MAX_RULES),
    ]


class PlaylistBody(OptionsBody):
    """A new playlist: of rules, of songs like others (`like`) or of chosen `songs`; exactly one of these."""

    dataset: Id
    name: Name
    rules: RulesBody | None = None
    like: Annotated[list[Id] | None, Field(min_length=1, max_length=MAX_SEEDS)] = None
    songs: Annotated[list[Id] | None, Field(min_length=1, max_length=MAX_PLAYLIST_LENGTH)] = None


def recipe_of(dataset: Dataset, body: PlaylistBody) -> tuple[str, dict[str, Any]]:
    """Return what a playlist of a dataset is to be made of, and its kind."""
    asked = [name for name in ("rules", "like", "songs") if getattr(body, name) is not None]
    if len(asked) != 1:
        raise AnalysisError("Say what the playlist is to be made of: either rules, or like, or songs.")
    if body.rules is not None:
        return Playlist.Source.RULES, _checked(dataset, body.rules).to_dict()
    if body.like is not None:
        return Playlist.Source.SEEDS, {"songs": body.like}
    return Playlist.Source.SONGS, {"songs": body.songs}


def _checked(dataset: Dataset, body: RulesBody) -> Rules:
    """Return rules that the dataset's songs can be asked for."""
    fields = {field.name: field.kind for field in rule_fields(dataset, clusters=True)}
    groups = tuple(
        tuple(Rule(**{**rule.model_dump(), "words": tuple(rule.words)}) for rule in group)
        for group in body.groups
    )
    rules = Rules(body.join, groups)
    for rule in rules:
        if rule.field not in fields:
            raise AnalysisError(
                f"This dataset cannot be asked for “{rule.field}”. What it can be asked for: {', '.join(fields)}."
            )
        if complaint := rule.complaint(fields[rule.field]):
            raise AnalysisError(complaint)
        if (
            fields[rule.field] == "cluster"
            and not dataset.runs.filter(
                pk=rule.run or 0, clusters__index=-1 if rule.cluster is None else rule.cluster
            ).exists()
        ):
            raise AnalysisError("This group is no longer there. Choose another one.")
    return rules
