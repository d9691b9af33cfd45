"""The forms of playlists: the name, the options, the order, and a file."""

from __future__ import annotations

from typing import Any

from django import forms

from clustering.actions.playlists import PlaylistOptions
from clustering.models import Playlist
from clustering.models.playlist import MAX_PLAYLIST_LENGTH
from clustering.web.components.forms import NAME_NEEDED, PlainForm

SELECT = {"class": "form-select"}
FIELD = {"class": "form-control", "autocomplete": "off"}


class PlaylistNameForm(PlainForm):
    """A playlist's name."""

    name = forms.CharField(
        label="Name",
        max_length=200,
        error_messages={"required": NAME_NEEDED},
        widget=forms.TextInput(attrs=FIELD),
    )


class PlaylistOptionsForm(PlainForm):
    """How long a playlist is, which songs it prefers, and their order."""

    length = forms.IntegerField(
        label="Length",
        min_value=1,
        max_value=48 * 60,
        initial=30,
        help_text=f"At most {MAX_PLAYLIST_LENGTH} songs.",
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    unit = forms.ChoiceField(
        label="Unit",
        choices=Playlist.Unit.choices,
        initial=Playlist.Unit.SONGS,
        widget=forms.Select(attrs=SELECT),
    )
    per_artist = forms.IntegerField(
        label="Max per artist",
        required=False,
        min_value=1,
        max_value=MAX_PLAYLIST_LENGTH,
        initial=2,
        help_text="Leave empty for no limit.",
        widget=forms.NumberInput(attrs={"class": "form-control", "placeholder": "no limit"}),
    )
    pick = forms.ChoiceField(
        label="If too many match",
        choices=Playlist.Selection.choices,
        initial=Playlist.Selection.SURPRISE,
        help_text="Which songs to take when more match than fit.",
        widget=forms.Select(attrs=SELECT),
    )
    order = forms.ChoiceField(
        label="Order",
        choices=Playlist.Order.choices,
        initial=Playlist.Order.SIMILARITY,
        widget=forms.Select(attrs=SELECT),
    )

    def __init__(self, source: str, *args: Any, **kwargs: Any) -> None:
        """Ask what makes sense: songs that came one by one are taken as they come."""
        super().__init__(*args, **kwargs)
        if source in (Playlist.Source.SEEDS, Playlist.Source.SONGS):
            del self.fields["pick"]

    @staticmethod
    def initial_of(playlist: Playlist) -> dict[str, Any]:
        """Return the fields' values for a playlist as it is."""
        return {
            "length": playlist.length,
            "unit": playlist.unit,
            "per_artist": playlist.max_per_artist,
            "pick": playlist.selection,
            "order": playlist.order,
        }

    def options(self) -> PlaylistOptions:
        """Return what a valid form says."""
        data = self.cleaned_data
        return PlaylistOptions(
            selection=data.get("pick", Playlist.Selection.SURPRISE),
            length=data["length"],
            unit=data["unit"],
            max_per_artist=data["per_artist"],
            order=data["order"],
        )


class OrderForm(PlainForm):
    """Another order for the same songs."""

    order = forms.ChoiceField(choices=Playlist.Order.choices)


class PlaylistFileForm(PlainForm):
    """A playlist file, to see where its songs lie."""

    file = forms.FileField(
        label="Playlist file",
        allow_empty_file=True,  # the reader says better what is wrong with it
        error_messages={"required": "Choose a file first: an M3U, M3U8, XSPF, JSPF, CSV or text file."},
        widget=forms.FileInput(
            attrs={"accept": ".m3u,.m3u8,.xspf,.jspf,.json,.csv,.tsv,.txt", "class": "form-control"}
        ),
    )
