"""A person's webhooks: making one, whose secret is shown once, and what was sent to each."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from clustering.actions.submissions import make_once
from clustering.actions.webhooks import delete_webhook, make_webhook, turn_webhook
from clustering.analysis import AnalysisError
from clustering.models import Webhook, WebhookDelivery
from clustering.web.access import SignedInRequest
from clustering.web.components.submissions import submission
from clustering.web.site.forms import WebhookForm

SHOWN = 5
"""Messages of each webhook."""


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def webhooks(request: SignedInRequest) -> HttpResponse:
    """Show a person's webhooks, and make one; its secret is on this answer, and nowhere afterwards."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    made = None
    if form.is_valid():
        url = form.cleaned_data["url"]
        try:
            made = make_once(submission(request), lambda: make_webhook(request.user, url))
        except AnalysisError as error:
            form.add_error("url", str(error))
        else:
            form = WebhookForm()
    latest = Prefetch("deliveries", WebhookDelivery.objects.order_by("-created_at")[:SHOWN], to_attr="latest")
    tried = WebhookDelivery.objects.filter(attempts__gt=0, arrived_at__isnull=True)
    failed = Prefetch("deliveries", tried.order_by(F("tried_at").desc(nulls_last=True))[:1], to_attr="failed")
    hooks = Webhook.objects.filter(owner=request.user).prefetch_related(latest, failed)
    page = {"form": form, "made": made, "webhooks": hooks}
    return render(request, "site/webhooks.html", page, status=422 if form.is_bound else 200)


@login_required
@require_POST
def webhook_turn(request: SignedInRequest, webhook_id: int) -> HttpResponse:
    """Turn a webhook off or, where it is off, on again."""
    hook = _mine(request, webhook_id)
    turn_webhook(request.user, hook, on=request.POST.get("on") == "true")
    return redirect("webhooks")


@login_required
@require_POST
def webhook_delete(request: SignedInRequest, webhook_id: int) -> HttpResponse:
    """Delete a webhook."""
    hook = _mine(request, webhook_id)
    delete_webhook(request.user, hook)
    messages.success(request, f"Webhook deleted: {hook}")
    return redirect("webhooks")


def _mine(request: SignedInRequest, webhook_id: int) -> Webhook:
    return get_object_or_404(Webhook.objects.filter(owner=request.user), pk=webhook_id)
