"""What a person has chosen on the column page so far: the changes, and the page that shows them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from clustering.songfiles import SongFileError
from clustering.songfiles.columns import FIELDS, ColumnMap
from clustering.web.datasets.forms import ColumnsForm
from clustering.web.datasets.pages.columns import ColumnsPage, Proposal


@dataclass(frozen=True, slots=True)
class ColumnChoices:
    """The choices as they were posted.

    Attributes
    ----------
    column_map
        The columns with them.
    page, form
        What shows them.
    changes
        What differs from the proposal; None where a choice is none of those offered.
    """

    column_map: ColumnMap
    page: ColumnsPage
    form: ColumnsForm
    changes: dict[str, str] | None

    @classmethod
    def read(cls, name: str, proposal: Proposal, posted: QueryDict) -> ColumnChoices:
        """Return what was posted. Units follow the fields: what was the unit of another field is found again."""
        data = posted.copy()
        fields = {
            row.column: data.get(ColumnsForm.key(row.place), row.proposed)
            for row in ColumnsPage.read(name, proposal).rows
        }
        proposed = {match.column: match.field or "" for match in proposal.column_map.matches}
        differing = {
            column: field
            for column, field in fields.items()
            if field != proposed[column] and (not field or field in FIELDS)
        }
        error, chosen = "", proposal.column_map
        try:
            chosen = proposal.column_map.changed(differing)
        except SongFileError as reason:
            error = str(reason)
        form = _bound(ColumnsPage.read(name, proposal, chosen), data)
        changes = form.changes() if form.is_valid() else None
        try:
            chosen = proposal.column_map.changed(changes) if changes and not error else chosen
        except SongFileError as reason:
            error = str(reason)
        page = ColumnsPage.read(name, proposal, chosen)
        form = _bound(page, data)
        if error:
            form.add_error(None, error)
        return cls(chosen, page, form, changes)


def _bound(page: ColumnsPage, data: QueryDict) -> ColumnsForm:
    for row in page.rows:
        for key, choices, chosen in (
            (ColumnsForm.unit_key(row.place), row.units, row.unit),
            (ColumnsForm.mark_key(row.place), row.marks, row.mark),
        ):
            if data.get(key) not in dict(choices):
                data[key] = chosen
    return ColumnsForm(page, data)
