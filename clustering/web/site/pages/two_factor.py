"""Whether a user signs in with two factors, and what the page that turns it on shows."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass

import segno
from django.contrib.auth.models import User
from django_otp.plugins.otp_static.models import StaticToken

from clustering.models import Authenticator

QUIET_ZONE = 4  # the empty modules around a QR code that ISO/IEC 18004 asks for


@dataclass(frozen=True, slots=True)
class Secret:
    """What an authenticator app has to be told, as a picture and as text."""

    path: str
    """The dark modules, as the data of an SVG path."""
    size: int
    """Modules on a side, with the quiet zone."""
    text: str


def recovery_codes_left(user: User) -> int:
    """Count the recovery codes that were not used yet."""
    return int(StaticToken.objects.filter(device__user_id=user.pk).count())


def secret_of(device: Authenticator) -> Secret:
    """Return a device's secret as a QR code and as text."""
    modules = list(segno.make_qr(device.config_url).matrix_iter(border=QUIET_ZONE))
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x, module in enumerate(row) if module)
    letters = b32encode(device.bin_key).decode()
    groups = (letters[start : start + 4] for start in range(0, len(letters), 4))
    return Secret("".join(dark), len(modules), " ".join(groups))
