"""The start page: the datasets, the running jobs, and a box to drop a file on."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from clustering.actions.uploads import upload_sample
from clustering.analysis import AnalysisError
from clustering.songfiles import SongFileError
from clustering.web.access import SignedInRequest, before
from clustering.web.components.submissions import submission
from clustering.web.datasets.forms import UploadForm
from clustering.web.datasets.pages.datasets import DatasetsPage


@login_required
@require_GET
def datasets(request: SignedInRequest) -> HttpResponse:
    """Show the datasets; the same list answers while jobs run."""
    page = DatasetsPage.read(request.user, before=before(request))
    template = "datasets/_list.html" if request.htmx else "datasets/datasets.html"
    context = {"page": page, "form": UploadForm(), "limit_mb": settings.UPLOAD_LIMIT_MB}
    return render(request, template, context)


@login_required
@require_POST
def try_sample(request: SignedInRequest) -> HttpResponse:
    """Import the bundled sample."""
    try:
        job = upload_sample(request.user, submission(request))
    except (SongFileError, AnalysisError) as error:
        messages.error(request, str(error))
        return redirect("datasets")
    return redirect("job", job.pk)
