"""Two-factor sign-in of staff: turning it on and off, using a code, and taking it from who has lost the device."""

from __future__ import annotations

from math import ceil

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django_otp.models import Device

from clustering.models import AuditEntry, Authenticator, RecoveryCodes

RECOVERY_CODES = 8
TOTP_DIGITS = 6


class CodeError(Exception):
    """A code was not taken: the message says why and what to do."""


def begin_two_factor(user: User) -> Authenticator:
    """Return the secret that a person is to confirm by a code, the same until they do."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two pages opened at once show one secret
        found = Authenticator.objects.get_or_create(
            user=user, confirmed=False, defaults={"name": "Authenticator app"}
        )
    device: Authenticator = found[0]
    return device


def turn_on_two_factor(user: User, code: str) -> tuple[Authenticator, list[str]]:
    """Confirm the secret by a code; return the device and the recovery codes, which nothing shows again."""
    with transaction.atomic():
        device, refusal = _take(Authenticator, user, code, confirmed=False)
        if not refusal:
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            codes = _make_recovery_codes(user)
            AuditEntry.record(user, AuditEntry.Action.TWO_FACTOR_ENABLED, None, user.get_username())
    if refusal:  # raised out here: the count of wrong codes is to be kept
        raise CodeError(refusal)
    return device, codes


def use_code(user: User, code: str) -> Device:
    """Use a code of the app, or a recovery code; return the device that it is of."""
    kind = Authenticator if len(code) == TOTP_DIGITS else RecoveryCodes
    with transaction.atomic():
        device, refusal = _take(kind, user, code, confirmed=True)
    if refusal:
        raise CodeError(refusal)
    return device


def turn_off_two_factor(user: User, code: str) -> Device:
    """Turn it off, by a code; return the device that it was of."""
    device = use_code(user, code)
    with transaction.atomic():
        _remove(user)
        AuditEntry.record(user, AuditEntry.Action.TWO_FACTOR_DISABLED, None, user.get_username())
    return device


def reset_two_factor(user: User) -> bool:
    """Take it from somebody who has lost the device; False when it was not on."""
    with transaction.atomic():
        if not _remove(user):
            return False
        # nobody is signed in on the command line: the entry stands with whose account it is
        words = f"{user.get_username()}, by manage.py two_factor_reset"
        AuditEntry.record(user, AuditEntry.Action.TWO_FACTOR_RESET, None, words)
    return True


def _take(kind: type[Device], user: User, code: str, *, confirmed: bool) -> tuple[Device, str]:
    """Let a device check a code, one at a time; return it with what is wrong, empty when nothing is."""
    device = kind.objects.select_for_update().filter(user=user, confirmed=confirmed).first()
    if device is None:
        return None, "Two-factor sign-in was changed in the meantime. Reload the page."
    allowed, why = device.verify_is_allowed()
    if not allowed:
        seconds = ceil((why["locked_until"] - timezone.now()).total_seconds())
        return device, f"Too soon after a wrong code. Wait {seconds} s, then try again."
    if not device.verify_token(code):
        return device, "This code is wrong or has already been used. Wait for the next one in your app."
    return device, ""


def _make_recovery_codes(user: User) -> list[str]:
    device = RecoveryCodes.objects.create(user=user, name="Recovery codes")
    codes: list[str] = device.issue(RECOVERY_CODES)
    return codes


def _remove(user: User) -> bool:
    """Remove everything; tell whether it was on."""
    RecoveryCodes.objects.filter(user=user).delete()
    was_on = bool(Authenticator.objects.filter(user=user, confirmed=True).exists())
    Authenticator.objects.filter(user=user).delete()
    return was_on
