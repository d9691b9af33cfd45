"""A link by which people without an account look at a run."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models.functions import Now

from clustering.models.dataset import DatasetPartQuerySet
from clustering.models.ids import random_id
from clustering.models.run import Run

SALT = "share-link"


class ShareLinkQuerySet(DatasetPartQuerySet["ShareLink"]):
    """Links, by the dataset of their run."""

    to_dataset = "run__dataset"

    def valid(self) -> Self:
        """Neither ended nor too old, of somebody who may still sign in."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=Now(), owner__is_active=True)

    def by_token(self, token: str) -> ShareLink | None:
        """Return the valid link of an address, or None."""
        try:
            number = signing.loads(token, salt=SALT)
        except signing.BadSignature:
            return None
        return self.valid().filter(pk=number).first()


class ShareLink(models.Model):
    """A link to a run, for reading, until it expires or is ended.

    Its address holds the id with a signature by SECRET_KEY: nobody can guess it, and a copy of the database opens none.
    """

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="share_links")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="share_links")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[ShareLink]] = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"Link to {self.run}"

    @property
    def token(self) -> str:
        """What the address holds."""
        return signing.dumps(self.pk, salt=SALT)

    def revoke(self) -> bool:
        """End it; False when it had ended already."""
        return bool(ShareLink.objects.filter(pk=self.pk, revoked_at__isnull=True).update(revoked_at=Now()))
