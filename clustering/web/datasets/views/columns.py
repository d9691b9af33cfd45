"""Which column of an uploaded file is which field, and the start of its import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from clustering.actions.additions import start_addition
from clustering.actions.uploads import propose_preview, read_again, start_import
from clustering.jobs.importing import growing_job
from clustering.models import Dataset, Job, Upload
from clustering.songfiles import SongFileError
from clustering.songfiles.additions import differences
from clustering.songfiles.columns import ColumnMap
from clustering.songfiles.readers import Dialect
from clustering.web.access import SignedInRequest
from clustering.web.datasets.column_choices import ColumnChoices
from clustering.web.datasets.forms import ColumnsForm, ReadingForm, UploadForm
from clustering.web.datasets.pages.columns import ColumnsPage
from clustering.web.datasets.pages.reading import ReadingPage
from musicclust.body_limits import takes_large_forms

GONE = "is no longer there, or cannot be read any more. Upload it again."


@dataclass(frozen=True, slots=True)
class Step:
    """In what the columns of a first and of a further file differ."""

    template: str
    upload: Upload
    start: Callable[[str, dict[str, str]], Job]
    """Begins with the name of the dataset, and what was changed."""
    ask_again: Callable[[], HttpResponse]
    """What to answer where the file cannot be read."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The page with its form, and the columns as they are chosen for now."""

    page: ColumnsPage
    form: ColumnsForm
    column_map: ColumnMap
    reading: ReadingForm
    reading_error: str = ""


@takes_large_forms
@login_required
@require_http_methods(["GET", "POST"])
def columns(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show which column of the first file is which, take changes, and start the import."""
    dataset = get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)
    if dataset.songs_count:
        return redirect("dataset", dataset.pk)
    if (importing := growing_job(dataset)) is not None:
        return redirect("job", importing.pk)
    upload = dataset.uploads.order_by("-created_at").first()
    if upload is None:
        raise Http404

    def start(name: str, changes: dict[str, str]) -> Job:
        return start_import(request.user, upload, changes=changes, name=name)

    def ask_again() -> HttpResponse:
        form = UploadForm({"name": dataset.name})
        form.errors.clear()
        form.add_error(None, f"The uploaded file {GONE}")
        context = {"form": form, "limit_mb": settings.UPLOAD_LIMIT_MB}
        return render(request, "datasets/upload.html", context, status=422)

    return _choose_columns(request, dataset, Step("datasets/columns.html", upload, start, ask_again))


@takes_large_forms
@login_required
@require_http_methods(["GET", "POST"])
def songs_add_columns(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show which column of the further file is which, take changes, and start to add its songs."""
    dataset = get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)
    if (adding := growing_job(dataset)) is not None:
        return redirect("job", adding.pk)
    upload = dataset.drafts.last() if dataset.songs_count else None
    if upload is None:
        return redirect("songs_add", dataset.pk)

    def start(name: str, changes: dict[str, str]) -> Job:
        return start_addition(request.user, upload, changes=changes)

    def ask_again() -> HttpResponse:
        messages.error(request, f"The file {GONE}")
        return redirect("songs_add", dataset.pk)

    return _choose_columns(
        request, dataset, Step("datasets/songs_add_columns.html", upload, start, ask_again)
    )


def _choose_columns(request: SignedInRequest, dataset: Dataset, step: Step) -> HttpResponse:
    error = _read_again(step.upload, request.POST) if "reread" in request.POST else ""
    try:
        preview = propose_preview(step.upload)
    except (SongFileError, FileNotFoundError):
        return step.ask_again()
    name = step.upload.original_name
    reading = ReadingForm(ReadingPage.read(preview.dialect))
    if request.method != "POST" or "reread" in request.POST:
        page = ColumnsPage.read(name, preview)
        form = ColumnsForm(page, initial={"name": request.POST.get("name", dataset.name)})
        shown = Shown(page, form, preview.column_map, reading, error)
        return _show(request, dataset, step, shown, status=422 if error else 200)
    chosen = ColumnChoices.read(name, preview, request.POST)
    looking = "preview" in request.POST
    if chosen.form.is_valid() and chosen.changes is not None and not looking:
        try:
            return redirect("job", step.start(chosen.form.cleaned_data["name"], chosen.changes).pk)
        except SongFileError as error:
            if (importing := growing_job(dataset)) is not None:  # of the same moment: a double click
                return redirect("job", importing.pk)
            chosen.form.add_error(None, str(error))
    shown = Shown(chosen.page, chosen.form, chosen.column_map, reading)
    return _show(request, dataset, step, shown, status=200 if looking else 422)


def _read_again(upload: Upload, posted: QueryDict) -> str:
    """Read a file as it was chosen; return what is wrong with that, and leave it as it was then."""
    form = ReadingForm(ReadingPage.read(Dialect.from_dict(upload.dialect)), posted)
    if not form.is_valid():
        return "Choose the encoding, the sheet and the header from the lists."
    try:
        read_again(upload, form.reading())
    except SongFileError as error:
        upload.refresh_from_db()
        return str(error)
    return ""


def _show(
    request: SignedInRequest, dataset: Dataset, step: Step, shown: Shown, status: int = 200
) -> HttpResponse:
    notes = list(shown.page.notes)
    if dataset.songs_count:
        known = {"features": dataset.features, "extra_columns": dataset.extra_columns}
        notes += differences(shown.column_map, **known)
    context = {
        "page": shown.page,
        "form": shown.form,
        "reading": shown.reading,
        "reading_error": shown.reading_error,
        "dataset": dataset,
        "rows": shown.page.with_fields(shown.form),
        "notes": notes,
    }
    return render(request, step.template, context, status=status)
