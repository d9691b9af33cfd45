"""Where webhooks may go: to the internet, by any way of writing its addresses, and nowhere else."""

from __future__ import annotations

import socket
import time
from ipaddress import ip_address

import pytest

from clustering.jobs.webhooks.addresses import RefusedAddressError, may_be_sent_to, parse, resolve

PUBLIC = ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808")
INSIDE = (
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "127.255.0.1", "100.64.0.1", "::1", "fc00::1", "fec0::1",
    "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "::127.0.0.1", "198.18.0.1",
)  # fmt: skip
NEVER = (
    "0.0.0.0", "::",  # noqa: S104 – nothing listens here
    "169.254.169.254", "169.254.1.1", "fe80::1", "224.0.0.1", "239.1.1.1", "ff02::1",
    "255.255.255.255", "240.0.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254",
    "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::",
)  # fmt: skip


class TestAddress:
    @pytest.mark.parametrize("text", PUBLIC)
    def test_of_the_internet_may_be_sent_to(self, text):
        assert may_be_sent_to(ip_address(text))

    @pytest.mark.parametrize("text", INSIDE + NEVER)
    def test_of_anything_else_may_not(self, text):
        assert not may_be_sent_to(ip_address(text))

    @pytest.mark.parametrize("text", INSIDE)
    def test_inside_may_be_where_a_setting_says_so(self, text, settings):
        settings.WEBHOOK_ALLOW_PRIVATE = True
        assert may_be_sent_to(ip_address(text))

    @pytest.mark.parametrize("text", NEVER)
    def test_of_metadata_and_of_many_may_not_even_then(self, text, settings):
        settings.WEBHOOK_ALLOW_PRIVATE = True
        assert not may_be_sent_to(ip_address(text))


class TestText:
    @pytest.mark.parametrize(
        ("url", "authority", "path"),
        [
            ("https://example.org", "example.org", "/"),
            ("https://Example.org:8443/a?b=c#d", "example.org:8443", "/a?b=c"),
            ("https://[2606:4700::1111]/a", "[2606:4700::1111]", "/a"),
        ],
    )
    def test_is_taken_apart(self, url, authority, path):
        target = parse(url)
        assert (target.authority, target.path) == (authority, path)

    @pytest.mark.parametrize(
        "url",
        [
            "", "example.org", "http://example.org", "ftp://example.org", "https://", "https:///a", "https://a b",
            "https://example.org:0/", "https://example.org:99999/", "https://u:p@example.org/", "https://[::1",
            "https://example.org/\r\nHost: a", "https://exämple.org/", "javascript:alert(1)", "https://127.0.0.1/",
            "https://[::ffff:10.0.0.1]/", "https://" + "a" * 500, "file:///etc/passwd", "https://0/",
            "https://127.1/", "https://2130706433/", "https://0x7f.1/", "https://10.1/",
        ],
    )  # fmt: skip
    def test_that_will_not_do_is_refused(self, url):
        with pytest.raises(RefusedAddressError):
            parse(url)

    def test_may_be_plain_http_where_a_setting_says_so(self, settings):
        settings.WEBHOOK_ALLOW_HTTP = True
        assert parse("http://example.org/a").port == 80


class TestName:
    @pytest.fixture
    def answers(self, monkeypatch):
        def found(*texts):
            rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, 443)) for text in texts]
            monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)

        return found

    def test_of_public_addresses_gives_them(self, answers):
        answers("8.8.8.8", "8.8.4.4", "8.8.8.8")
        assert resolve("example.org", 443, 1) == ["8.8.8.8", "8.8.4.4"]

    def test_with_one_address_inside_is_refused(self, answers):
        answers("8.8.8.8", "10.0.0.1")
        with pytest.raises(RefusedAddressError, match="not a public internet address"):
            resolve("example.org", 443, 1)

    @pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.1", "0"])
    def test_of_this_machine_is_refused_however_it_is_written(self, host):
        with pytest.raises(RefusedAddressError):
            resolve(host, 443, 5)

    def test_that_nobody_knows_is_refused(self):
        with pytest.raises(RefusedAddressError, match="not found"):
            resolve("no-such-name.invalid", 443, 30)

    def test_that_takes_too_long_is_given_up(self, monkeypatch):
        def slow(*_, **__):
            time.sleep(2)
            return []

        monkeypatch.setattr(socket, "getaddrinfo", slow)
        with pytest.raises(TimeoutError):
            resolve("example.org", 443, 0.05)
