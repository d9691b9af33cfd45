"""Tokens by which a person's scripts ask instead of them."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from math import ceil
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Now
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from clustering.models.ids import random_id
from clustering.models.ownership import OwnedQuerySet
from clustering.models.second_factor import has_two_factor

KEY_LENGTH = 12
SECRET_LENGTH = 40
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
PREFIX = "mct_"
"""Before every token, so that a search for secrets that were published finds it."""
SEEN_EVERY = timedelta(minutes=1)
MAX_TOKENS = 50
"""Of one person, that work at a time."""
_TEXT = re.compile(rf"{PREFIX}([A-Za-z0-9]{{{KEY_LENGTH}}})\.([A-Za-z0-9]{{{SECRET_LENGTH}}})")


class ApiTokenQuerySet(OwnedQuerySet["ApiToken"]):
    """Tokens, which nobody sees but their owners, and staff in the administration."""

    def valid(self) -> Self:
        """Neither ended nor too old."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()), ended_at__isnull=True)

    def by_text(self, text: str) -> ApiToken | None:
        """Return the token that somebody shows, whether it still works or not; None where there is no such."""
        if (match := _TEXT.fullmatch(text)) is None:
            return None
        token = self.select_related("owner").filter(key=match[1]).first()
        return token if token is not None and token.has_secret(match[2]) else None


class ApiToken(models.Model):
    """A token: a key by which it is found, and of its secret a hash that means nothing without SECRET_KEY."""

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100, help_text="What it is for.")
    key = models.CharField(max_length=KEY_LENGTH, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    can_write = models.BooleanField(default=False)
    two_factor = models.BooleanField(
        default=False, help_text="Whether the session that made it had given a second factor."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True, help_text="Within a minute.")
    paced_until = models.DateTimeField(
        db_default=Now(),
        editable=False,
        help_text="Until when its requests so far would last, evenly spread.",
    )

    objects: ClassVar[models.Manager[ApiToken]] = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["owner", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.key})"

    @classmethod
    def issue(
        cls, owner: User, name: str, *, can_write: bool, two_factor: bool, expires_at: datetime | None
    ) -> tuple[ApiToken, str]:
        """Make a token; return it with its text, which nothing knows afterwards."""
        secret = _random(SECRET_LENGTH)
        token = cls(
            owner=owner,
            name=name,
            key=_random(KEY_LENGTH),
            can_write=can_write,
            two_factor=two_factor,
            expires_at=expires_at,
        )
        token.secret_hash = token._hash(secret)
        token.save()
        return token, f"{PREFIX}{token.key}.{secret}"

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def lacks_two_factor(self) -> bool:
        """Whether its owner may do more than it was shown that it is they who made it.

        Of staff who have turned on two-factor sign-in, and of all staff where the site demands it, only tokens work
        that a session made which had given its code, and only while it is on.
        """
        if not self.owner.is_staff:
            return False
        demanded = settings.STAFF_TWO_FACTOR == "required"
        is_on = has_two_factor(self.owner)
        return (demanded or is_on) and not (is_on and self.two_factor)

    def has_secret(self, secret: str) -> bool:
        """Tell whether a secret is its own."""
        return constant_time_compare(self.secret_hash, self._hash(secret))

    def end(self) -> bool:
        """End it; False when it had ended already."""
        return bool(ApiToken.objects.filter(pk=self.pk, ended_at__isnull=True).update(ended_at=Now()))

    def see(self) -> None:
        """Keep that it was used, at most once a minute."""
        now = timezone.now()
        if self.used_at is None or self.used_at < now - SEEN_EVERY:
            ApiToken.objects.filter(pk=self.pk).update(used_at=now)

    def take_turn(self, per_minute: int) -> int:
        """Count a request; return after how many seconds it may come again, 0 where it may be answered.

        Requests are spread evenly in thought: each moves `paced_until` on by its share of a minute, and is refused
        where that would lie more than a minute ahead (the generic cell rate algorithm). A guarded UPDATE says who won.
        """
        share = timedelta(minutes=1) / per_minute
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")  # a count that a crash loses is no harm
            won = ApiToken.objects.filter(
                pk=self.pk, paced_until__lte=Now() + timedelta(minutes=1) - share
            ).update(paced_until=Greatest(F("paced_until"), Now()) + share)
        if won:
            return 0
        self.refresh_from_db(fields=["paced_until"])
        ahead = self.paced_until - timezone.now() - timedelta(minutes=1) + share
        return max(1, ceil(ahead.total_seconds()))

    def _hash(self, secret: str) -> str:
        return salted_hmac("api token", f"{self.key}.{secret}", algorithm="sha256").hexdigest()


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
