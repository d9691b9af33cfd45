"""Addresses of a person's that are told when a job ends, and what was sent to them.

The signature, the secret and the headers are those of Standard Webhooks (https://www.standardwebhooks.com).
"""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac

from clustering.models.ids import random_id
from clustering.models.ownership import OwnedQuerySet

MAX_WEBHOOKS = 10
"""Of one person."""
MAX_URL_LENGTH = 500
MAX_WORDS = 500
"""Characters that are kept of an answer."""
DELAYS = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200, 21_600, 43_200, 86_400, 86_400)
)
"""After the first failed attempt, the second, and so on; the last one is the last."""
MAX_ATTEMPTS = len(DELAYS) + 1
MAX_FAILURES = 15
"""In a row: then an address is switched off."""
LEASE = timedelta(minutes=1)
"""For so long an attempt belongs to the worker that took it; if that dies, another one makes it again."""
KEPT = timedelta(days=30)


class WebhookQuerySet(OwnedQuerySet["Webhook"]):
    """Webhooks, which nobody sees but their owners, and staff in the administration."""

    def on(self) -> Self:
        """Neither switched off, nor of somebody whose account is closed."""
        return self.filter(off_at__isnull=True, owner__is_active=True)


class Webhook(models.Model):
    """An address that is told of every job of its owner that ends. Of its secret nothing is stored."""

    class Off(models.TextChoices):
        BY_HAND = "by_hand", "Turned off manually"
        FAILURES = "failures", "Switched off after too many failures in a row"
        GONE = "gone", "Switched off: the address said that it is gone (410)"

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField("address", max_length=MAX_URL_LENGTH)
    created_at = models.DateTimeField(auto_now_add=True)
    off_at = models.DateTimeField("off since", null=True, blank=True)
    off_because = models.CharField("why it is off", max_length=10, choices=Off, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row.")
    resting_until = models.DateTimeField(
        null=True, blank=True, help_text="After a failure nothing is sent before then."
    )

    objects: ClassVar[models.Manager[Webhook]] = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(fields=["owner", "url"], name="webhook_once"),
            models.CheckConstraint(
                condition=Q(off_because__in=["", "by_hand", "failures", "gone"]), name="webhook_off_known"
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def is_on(self) -> bool:
        """Whether it is told of what ends from now on."""
        return self.off_at is None

    @property
    def key(self) -> bytes:
        """What signatures are made with: derived, so that a copy of the database signs nothing."""
        return salted_hmac("webhook", str(self.pk), algorithm="sha256").digest()

    @property
    def secret(self) -> str:
        """The key as its owner gets it."""
        return f"whsec_{b64encode(self.key).decode()}"

    def turn_off(self, why: str) -> bool:
        """Switch it off, and give up what waits; False when it is off already."""
        off = Webhook.objects.filter(pk=self.pk, off_at__isnull=True)
        if not off.update(off_at=Now(), off_because=why):
            return False
        self.deliveries.waiting().update(next_at=None)
        return True

    def turn_on(self) -> bool:
        """Switch it on again, as if nothing had failed; False when it is on."""
        return bool(
            Webhook.objects.filter(pk=self.pk, off_at__isnull=False).update(
                off_at=None, off_because="", failures=0, resting_until=None
            )
        )


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    """What was sent, or is to be."""

    def waiting(self) -> Self:
        """Neither arrived nor given up."""
        return self.filter(next_at__isnull=False)

    def due(self) -> Self:
        """Return those that wait, and whose time has come."""
        hooks = Webhook.objects.on().filter(Q(resting_until__isnull=True) | Q(resting_until__lte=Now()))
        return self.filter(next_at__lte=Now(), webhook__in=hooks)

    def taken(self) -> Self:
        """Being sent just now."""
        return self.filter(taken_until__gt=Now())

    def owners(self) -> list[int]:
        """Return whose they are."""
        return list(self.order_by().values_list("webhook__owner_id", flat=True).distinct())


class WebhookDelivery(models.Model):
    """One message to one address: that a job has ended. It may arrive more than once, and always under the same id."""

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    job_id = models.BigIntegerField(help_text="No key: it outlives the job.")
    title = models.CharField(max_length=300, help_text="The job in words.")
    body = models.TextField(help_text="JSON, as it is sent and signed.")
    created_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(
        "next attempt",
        null=True,
        blank=True,
        db_default=Now(),
        help_text="Empty once it arrived or was given up.",
    )
    taken_until = models.DateTimeField(null=True, blank=True, editable=False)
    arrived_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField("last attempt", null=True, blank=True)
    status = models.PositiveSmallIntegerField("last status", null=True, blank=True)
    words = models.CharField(
        "last answer", max_length=MAX_WORDS, blank=True, help_text="Its beginning, or why there was none."
    )

    objects: ClassVar[models.Manager[WebhookDelivery]] = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "webhook deliveries"
        ordering = ("-created_at",)
        indexes = [
            models.Index(fields=["webhook", "-created_at"], name="delivery_by_time"),
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="delivery_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.title} → {self.webhook}"

    @property
    def state(self) -> str:
        """What has become of it."""
        if self.arrived_at is not None:
            return "arrived"
        return "given_up" if self.next_at is None else "waiting"

    @classmethod
    def take(cls, owner_id: int) -> WebhookDelivery | None:
        """Take the next message to somebody's addresses, unless one is being sent: of each person one at a time.

        Those that failed before come after those that did not, so that one which is never taken holds up no other.
        """
        with transaction.atomic():
            # several workers wait for one another here; whoever writes messages down meanwhile does not
            hooks = Webhook.objects.select_for_update(no_key=True).filter(owner=owner_id).order_by("pk")
            mine = cls.objects.filter(webhook__in=[hook.pk for hook in hooks])
            if mine.taken().exists():
                return None
            one = mine.due().select_related("webhook").order_by("attempts", "created_at").first()
            if one is not None:
                one.attempts += 1
                one.next_at = one.taken_until = timezone.now() + LEASE
                one.tried_at = timezone.now()
                one.save(update_fields=["attempts", "next_at", "taken_until", "tried_at"])
        return one

    def arrive(self, status: int, words: str) -> None:
        """Note that it arrived."""
        self._note(status, words, next_at=None, arrived_at=Now())
        Webhook.objects.filter(pk=self.webhook_id).update(failures=0, resting_until=None)

    def fail(self, status: int | None, words: str) -> None:
        """Note that it did not; it is sent again later, or given up, and its address rests."""
        self._note(status, words, next_at=_after(self.attempts))
        hook = Webhook.objects.filter(pk=self.webhook_id)
        hook.update(failures=F("failures") + 1)
        failures = hook.values_list("failures", flat=True).first() or 0
        hook.update(resting_until=_after(min(failures, len(DELAYS))))
        if failures >= MAX_FAILURES:
            self.webhook.turn_off(Webhook.Off.FAILURES)

    def _note(self, status: int | None, words: str, **values: object) -> None:
        WebhookDelivery.objects.filter(pk=self.pk).update(
            status=status, words=words[:MAX_WORDS], taken_until=None, **values
        )

    @classmethod
    def delete_old(cls) -> None:
        """Delete what nobody looks up any more."""
        cls.objects.filter(created_at__lt=Now() - KEPT, next_at__isnull=True).delete()


def _after(attempts: int) -> datetime | None:
    """Return when the attempt after so many may be made; None where there is none."""
    return timezone.now() + DELAYS[attempts - 1] if 0 < attempts <= len(DELAYS) else None
