"""Which addresses may be sent to: those of the internet, and never what is inside, unless a setting lets them.

A name is resolved once, every address behind it is looked at, and the connection goes to one of those: whoever answers
something else to the second question (DNS rebinding) is not asked a second time.
"""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

from clustering.analysis import AnalysisError
from clustering.models.webhook import MAX_URL_LENGTH

PORTS = {"https": 443, "http": 80}
NOT_PUBLIC = "“{host}” is not a public internet address ({address}), so nothing is sent there."
NO_ADDRESS = "“{host}” was not found. Check the address."

_TRANSLATED = (
    ip_network("64:ff9b::/96"),
    ip_network("::/96"),
)  # by way of a gateway (RFC 6052), and as it was before
_METADATA = frozenset(
    map(ip_address, ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"))
)
"""Where clouds tell their machines keys and passwords: AWS, Google and most others, Alibaba, Azure, Oracle."""

Address = IPv4Address | IPv6Address


class RefusedAddressError(AnalysisError):
    """An address that nothing may be sent to."""


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of an address."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The host and the port, as the header Host has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def parse(url: str) -> Target:
    """Read an address, and refuse one that can be seen not to do; nothing is looked up.

    Raises
    ------
    RefusedAddressError
        Where it is none, is not HTTPS, has a password in it, or is a number of a network that is not public.
    """
    if len(url) > MAX_URL_LENGTH:
        raise RefusedAddressError(f"The address can have at most {MAX_URL_LENGTH} characters.")
    if not (url.isascii() and url.isprintable() and " " not in url):
        raise RefusedAddressError(
            "The address has a character that is not allowed. Copy it from where it works."
        )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise RefusedAddressError(
            "This is not a valid address. It must begin with https:// and a host name."
        ) from error
    allowed = ("https", "http") if settings.WEBHOOK_ALLOW_HTTP else ("https",)
    if parts.scheme not in allowed or not host or port == 0:
        raise RefusedAddressError(
            f"The address must begin with {' or '.join(f'{one}://' for one in allowed)} and a host name."
        )
    if "@" in parts.netloc:
        raise RefusedAddressError(
            "Leave the user name and password out of the address. Messages are signed instead."
        )
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    target = Target(parts.scheme, host, port or PORTS[parts.scheme], path)
    _check_literal(host)
    return target


def resolve(host: str, port: int, timeout: float) -> list[str]:
    """Return the addresses of a host, all of which may be sent to.

    Raises
    ------
    RefusedAddressError
        Where there is none, or one of them may not.
    TimeoutError
        Where nobody says in time.
    """
    found = _look_up(host, port, timeout)
    if not found:
        raise RefusedAddressError(NO_ADDRESS.format(host=host))
    for text in found:
        if not may_be_sent_to(ip_address(text.partition("%")[0])):
            raise RefusedAddressError(NOT_PUBLIC.format(host=host, address=text))
    return found


def may_be_sent_to(address: Address) -> bool:
    """Tell whether an address is public, or one inside that a setting lets through; whatever it stands for counts."""
    return all(_may_be(one) for one in (address, *_inside(address)))


def _may_be(address: Address) -> bool:
    if address in _METADATA or address.is_multicast or address.is_link_local or address.is_unspecified:
        return False
    if settings.WEBHOOK_ALLOW_PRIVATE:
        return not (isinstance(address, IPv4Address) and address.is_reserved)  # the broadcast address, too
    return address.is_global and not (isinstance(address, IPv6Address) and address.is_site_local)


def _inside(address: Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that one of IPv6 leads to."""
    if not isinstance(address, IPv6Address):
        return []
    found = [
        one for one in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())) if one is not None
    ]
    if any(address in network for network in _TRANSLATED) and int(address) > 1:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return found


def _check_literal(host: str) -> None:
    address = _as_number(host)
    if address is not None and not may_be_sent_to(address):
        raise RefusedAddressError(NOT_PUBLIC.format(host=host, address=address))


def _as_number(host: str) -> Address | None:
    """Return the address that a host is in itself; the system also takes 127.1, 2130706433 and 0x7f.1 for one."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def _look_up(host: str, port: int, timeout: float) -> list[str]:
    """Ask the system, which knows no limit of its own."""
    found: list[str] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(dict.fromkeys(str(answer[4][0]) for answer in answers))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(timeout)
    if asking.is_alive():
        raise TimeoutError
    return found
