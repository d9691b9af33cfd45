"""Stored files that no row knows: they are not taken back with a transaction, and a machine can stop at any moment."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models.functions import Now

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=30)
"""Until a file is due that was announced; with the 15 until the next check, what is left is gone within a minute."""
MAX_WAIT = timedelta(days=1)
DOUBLINGS = 12
"""After so many the wait is longer than the longest; at 42 it would be more than a timedelta can hold."""


class PendingDeletion(models.Model):
    """A stored file that nothing knows, or not yet, until it is gone itself or its row is committed."""

    name = models.CharField(max_length=320, primary_key=True)
    due_at = models.DateTimeField(db_default=Now(), editable=False)
    failures = models.PositiveSmallIntegerField(default=0, help_text="How often it could not be deleted.")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def reserve(cls, name: str) -> None:
        """Note a file before the transaction begins that stores it, and that says so by `keep` at its beginning.

        Where that transaction is not committed, for whatever reason, the note is there again, and the file goes.
        """
        cls.objects.update_or_create(name=name, defaults={"due_at": Now() + GRACE})

    @classmethod
    def confirm(cls, name: str) -> None:
        """Keep an announced file if this transaction is committed; until it ends, nobody else deletes it."""
        cls.objects.filter(name=name).delete()

    @classmethod
    @contextmanager
    def unless_committed(cls, name: str) -> Iterator[None]:
        """Begin the transaction that stores a file; where it is not committed, the file goes at once.

        An error of the commit itself does not tell whether PostgreSQL committed: then the note alone says so.
        """
        cls.reserve(name)
        committing = False
        try:
            with transaction.atomic():
                cls.confirm(name)
                yield
                committing = True
        except BaseException:
            if not committing:  # the check may have been here before the file was
                PendingDeletion.objects.bulk_create([PendingDeletion(name=name)], ignore_conflicts=True)
            cls._delete_files(cls.objects.filter(pk=name))
            raise

    @classmethod
    def schedule(cls, names: Iterable[str]) -> None:
        """Have files deleted when the transaction that forgets them is committed.

        What cannot be deleted then is no fault of what was committed; it is logged, and done by the regular check.
        """
        left = [PendingDeletion(name=name) for name in names]
        PendingDeletion.objects.bulk_create(left, ignore_conflicts=True)

        def delete() -> None:  # Django asks for its name, which a partial has not
            cls._delete_files(cls.objects.filter(pk__in=[one.pk for one in left]))

        transaction.on_commit(delete, robust=True)

    @classmethod
    def delete_due(cls) -> None:
        """Delete the files that are due; one that the storage does not let go of just now stays noted."""
        cls._delete_files(cls.objects.filter(due_at__lte=Now()))

    @classmethod
    def _delete_files(cls, found: models.QuerySet[PendingDeletion]) -> None:
        """Delete files while they are held, so that others pass over them.

        A storage that does not answer keeps one process waiting, and not all.
        """
        with transaction.atomic():
            for one in found.select_for_update(skip_locked=True):
                try:
                    default_storage.delete(one.name)
                except Exception as error:
                    one._put_off(error)
                else:
                    one.delete()

    def _put_off(self, error: Exception) -> None:
        """Try again later, and less and less often; the whole traceback is logged once."""
        self.failures += 1
        self.due_at = Now() + min(GRACE * 2 ** min(self.failures, DOUBLINGS), MAX_WAIT)
        self.save(update_fields=["failures", "due_at"])
        logger.warning(
            "the file %s could not be deleted (%d times): %s",
            *(self.name, self.failures, error),
            exc_info=error if self.failures == 1 else None,
        )
