"""What staff sign in with besides the password, kept so that a copy of the database opens nothing.

The tables are those of django-otp; only what stands in them means nothing without SECRET_KEY.
"""

from __future__ import annotations

from base64 import b32encode

from django.contrib.auth.models import User
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

SECRET_BYTES = 20  # RFC 4226 recommends as many as SHA-1 has
SEALED_BYTES = 10  # the 16 characters of base 32 for which the table has room


class Authenticator(TOTPDevice):  # type: ignore[misc]  # django-otp has no types
    """An authenticator app: the secret that it shares with us is derived from what is stored, and not stored itself."""

    class Meta:
        proxy = True

    @property
    def bin_key(self) -> bytes:
        """The secret."""
        return salted_hmac("authenticator", self.key, algorithm="sha256").digest()[:SECRET_BYTES]


class RecoveryCodes(StaticDevice):  # type: ignore[misc]  # django-otp has no types
    """Codes that work once, for who has lost the app; of each a hash is stored, which belongs to this device alone."""

    class Meta:
        proxy = True

    def issue(self, count: int) -> list[str]:
        """Make new codes and return them: nothing knows them afterwards."""
        codes = [StaticToken.random_token() for _ in range(count)]
        StaticToken.objects.bulk_create(StaticToken(device=self, token=self._sealed(code)) for code in codes)
        return codes

    def verify_token(self, token: str) -> bool:
        """Take a code, once."""
        return bool(super().verify_token(self._sealed(token)))

    def _sealed(self, code: str) -> str:
        mac = salted_hmac("recovery code", f"{self.pk} {code}", algorithm="sha256").digest()
        return b32encode(mac[:SEALED_BYTES]).decode()


def has_two_factor(user: User) -> bool:
    """Return whether a user has turned on two-factor sign-in."""
    return bool(Authenticator.objects.filter(user_id=user.pk, confirmed=True).exists())
