"""The forms of datasets: a file, which of its columns is which, and a dataset's name and visibility."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from clustering.models import Dataset
from clustering.songfiles.parts import Reading
from clustering.web.components.forms import NAME_NEEDED, PlainForm
from clustering.web.datasets.pages.columns import ColumnsPage
from clustering.web.datasets.pages.reading import HEADER_ROWS, ReadingPage

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xlsb,.ods,.parquet,.gz"


class UploadForm(PlainForm):
    """A file of songs, and what to call it."""

    file = forms.FileField(
        label="Song file",
        allow_empty_file=True,  # the reader says better what is wrong with it
        error_messages={"required": "Choose a file first: a CSV, TSV, Excel or Parquet file with songs."},
        widget=forms.FileInput(attrs={"accept": ACCEPTED, "class": "form-control"}),
    )
    name = forms.CharField(
        label="Name of the dataset",
        required=False,
        max_length=200,
        help_text="Optional: without it, the file's name is used.",
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


class ColumnsForm(PlainForm):
    """Which column of a file is which field, and how it is written: by place, as names can be anything."""

    name = forms.CharField(
        label="Name of the dataset",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def __init__(self, page: ColumnsPage, *args: Any, **kwargs: Any) -> None:
        """Offer for each column of a page what it can be, and how it can be written."""
        super().__init__(*args, **kwargs)
        self.rows = page.rows
        for row in page.rows:
            self._add(self.key(row.place), f"What the column {row.column} is", page.choices, row.field)
            if row.units:
                self._add(self.unit_key(row.place), f"How {row.column} is written", row.units, row.unit)
            if row.marks:
                self._add(
                    self.mark_key(row.place), f"How numbers of {row.column} are written", row.marks, row.mark
                )

    def _add(self, key: str, label: str, choices: Sequence[tuple[str, Any]], initial: str) -> None:
        self.fields[key] = forms.ChoiceField(
            choices=choices,
            required=False,
            initial=initial,
            label=label,
            widget=forms.Select(attrs={"class": "form-select", "aria-label": label}),
        )

    @staticmethod
    def key(place: int) -> str:
        """Return the name of the choice for the column at a place."""
        return f"column-{place}"

    @staticmethod
    def unit_key(place: int) -> str:
        """Return the name of the choice of a unit for the column at a place."""
        return f"unit-{place}"

    @staticmethod
    def mark_key(place: int) -> str:
        """Return the name of the choice of the mark before fractions for the column at a place."""
        return f"mark-{place}"

    def changes(self) -> dict[str, str]:
        """Return what differs from the proposal: column → field, or nothing, or how it is written as well."""
        changed = {}
        for row in self.rows:
            field = self.cleaned_data[self.key(row.place)]
            unit = self.cleaned_data.get(self.unit_key(row.place)) or row.unit
            mark = self.cleaned_data.get(self.mark_key(row.place)) or row.mark
            if field == row.field and (unit, mark) != (row.unit, row.mark):
                changed[row.column] = f"{field}:{unit}:{mark}"
            elif field != row.proposed:
                changed[row.column] = field
        return changed


class ReadingForm(PlainForm):
    """How a file is read."""

    prefix = "reading"
    encoding = forms.ChoiceField(label="Encoding", help_text="Change it if letters look wrong.")
    sheet = forms.ChoiceField(label="Sheets", required=False)
    header = forms.TypedChoiceField(label="Header", coerce=int)
    header_rows = forms.TypedChoiceField(label="Header rows", coerce=int, choices=HEADER_ROWS)

    def __init__(self, page: ReadingPage, *args: Any, **kwargs: Any) -> None:
        """Offer what a page offers."""
        super().__init__(*args, **kwargs)
        self.page = page
        chosen = {
            "encoding": (page.encodings, page.encoding),
            "sheet": (page.sheets, page.sheet),
            "header": (page.headers, page.header),
            "header_rows": (HEADER_ROWS if page.headers else (), page.header_rows),
        }
        for name, (choices, initial) in chosen.items():
            if not choices:
                del self.fields[name]
                continue
            field = cast("forms.ChoiceField", self.fields[name])
            field.choices, field.initial = choices, initial
            field.widget.attrs["class"] = "form-select"

    def reading(self) -> Reading:
        """Return what was chosen; in another sheet the header is found again."""
        chosen = self.cleaned_data
        sheet = chosen.get("sheet", "")
        moved = self.page.sheets and sheet != self.page.sheet
        return Reading(
            encoding=chosen.get("encoding", ""),
            sheet=sheet,
            header=None if moved else chosen["header"],
            header_rows=chosen["header_rows"],
        )


class DatasetNameForm(PlainForm):
    """A dataset's name."""

    name = forms.CharField(
        label="Name",
        max_length=200,
        error_messages={"required": NAME_NEEDED},
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


class VisibilityForm(PlainForm):
    """Who may look at a dataset."""

    visibility = forms.ChoiceField(
        label="Who can look at it",
        choices=Dataset.Visibility.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
