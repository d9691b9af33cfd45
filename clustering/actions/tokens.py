"""Tokens of the API: making them, and ending them."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clustering.analysis import AnalysisError
from clustering.models import ApiToken, AuditEntry
from clustering.models.api_token import MAX_TOKENS


def make_token(
    user: User, name: str, *, can_write: bool, days: int | None, two_factor: bool
) -> tuple[ApiToken, str]:
    """Make a token for so many days, or for ever; return it with its text, which nothing shows again."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two requests at once are not both the last
        if ApiToken.objects.filter(owner=user).valid().count() >= MAX_TOKENS:
            raise AnalysisError(f"You have {MAX_TOKENS} tokens, the maximum. Revoke one first.")
        token, text = ApiToken.issue(
            user,
            " ".join(name.split())[:100] or "Token",
            can_write=can_write,
            two_factor=two_factor,
            expires_at=None if days is None else timezone.now() + timedelta(days=days),
        )
        AuditEntry.record(user, AuditEntry.Action.TOKEN_CREATED, None, str(token))
    return token, text


def end_token(user: User, token: ApiToken) -> bool:
    """End a token at once; False when it had ended already."""
    with transaction.atomic():
        if not token.end():
            return False
        words = str(token) if token.owner_id == user.pk else f"{token} of {token.owner}"
        AuditEntry.record(user, AuditEntry.Action.TOKEN_ENDED, None, words)
    return True
