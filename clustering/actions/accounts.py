"""What happens to somebody's account: it is kept, and they are told at the next sign-in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save, pre_save
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from clustering.models import AuditEntry

TOLD_FOR = timedelta(days=7)


def connect() -> None:
    """Hear of new passwords and of sign-ins, by whatever way they come."""
    pre_save.connect(note_change, sender=User, dispatch_uid="note_change")
    post_save.connect(keep_new_password, sender=User, dispatch_uid="keep_new_password")
    user_logged_in.connect(tell_of_changes, dispatch_uid="tell_of_changes")


def note_change(instance: User, **_signal: Any) -> None:
    """Note, before it is saved, whether another password takes the place of one; a first one is no change."""
    # a plain password is at hand where a new one was set, and not where Django only hashes the old one better
    if getattr(instance, "_password", None) is None:
        return
    before = User.objects.filter(pk=instance.pk).values_list("password", flat=True).first()
    instance._has_new_password = bool(before) and is_password_usable(before)  # type: ignore[attr-defined]


def keep_new_password(instance: User, **_signal: Any) -> None:
    """Keep that an account has got another password; who set it is not known here: the entry stands with its owner."""
    if instance.__dict__.pop("_has_new_password", False):
        AuditEntry.record(instance, AuditEntry.Action.PASSWORD_CHANGED, None, instance.get_username())


def tell_of_changes(request: HttpRequest, user: User, **_signal: Any) -> None:
    """Tell who signs in what was changed about their account lately, whoever did it."""
    recent = AuditEntry.objects.filter(
        actor=user, action__in=AuditEntry.ABOUT_ACCOUNTS, at__gte=timezone.now() - TOLD_FOR
    )
    if (entry := recent.order_by("-at").first()) is not None:
        when = date_format(timezone.localtime(entry.at), "DATETIME_FORMAT")
        messages.info(
            request,
            f"{entry.get_action_display()} on {when}. If this wasn’t you, change your password and contact "
            "your administrator.",
            fail_silently=True,  # a sign-in that is no request of a browser
        )
