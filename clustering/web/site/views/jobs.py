"""Background work: what runs, waits and failed; one job's progress; stopping and trying again."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from clustering.actions.jobs import cancel_job, retry_job
from clustering.jobs.quotas import LimitError
from clustering.models import Job
from clustering.web.access import SignedInRequest, as_ids, before
from clustering.web.site.pages.jobs import JobPage, JobsPage, Notice

MAX_ASKED = 50


@login_required
@require_GET
def jobs(request: SignedInRequest) -> HttpResponse:
    """List jobs; the same list answers while some are alive."""
    page = JobsPage.read(request.user, before=before(request))
    return render(request, "site/_jobs.html" if request.htmx else "site/jobs.html", {"page": page})


@login_required
@require_GET
def job(request: SignedInRequest, job_id: int) -> HttpResponse:
    """Show a job's progress; asked again by the page itself, a finished job opens what it made."""
    jobs = Job.objects.visible_to(request.user).select_related("dataset", "owner", "run")
    page = JobPage.read(get_object_or_404(jobs, pk=job_id))
    if page.elsewhere and not request.htmx:  # its parts are seen together
        return redirect(page.elsewhere)
    if not request.htmx:
        return render(request, "site/job.html", {"page": page})
    if onward := page.elsewhere or (page.result.address if page.result else ""):
        return HttpResponseClientRedirect(onward)
    return render(request, "site/_job.html", {"page": page})


@login_required
@require_GET
def job_notices(request: SignedInRequest) -> JsonResponse:
    """Say what became of the jobs that a browser has seen going on."""
    ids = as_ids(request.GET.getlist("id")[:MAX_ASKED])
    return JsonResponse({"jobs": [asdict(notice) for notice in Notice.read(request.user, ids)]})


@login_required
@require_POST
def job_cancel(request: SignedInRequest, job_id: int) -> HttpResponse:
    """Stop a job."""
    job = get_object_or_404(Job.objects.editable_by(request.user), pk=job_id)
    if not cancel_job(request.user, job):
        messages.info(request, "This job had already finished.")
    return redirect("jobs") if request.POST.get("came_from") == "jobs" else redirect("job", job_id)


@login_required
@require_POST
def job_retry(request: SignedInRequest, job_id: int) -> HttpResponse:
    """Queue a job again that failed or was cancelled."""
    job = get_object_or_404(Job.objects.editable_by(request.user), pk=job_id)
    try:
        if not retry_job(request.user, job):
            messages.info(
                request,
                "It can’t be retried: it is already running, another job did it, or what it was about is gone.",
            )
    except LimitError as error:
        messages.error(request, str(error))
    return redirect("job", job_id)
