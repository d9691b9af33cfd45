"""Two-factor sign-in of staff, from the page that turns it on to the phone that is lost."""

import re
from binascii import unhexlify
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP, totp
from django_otp.plugins.otp_static.models import StaticToken

from clustering.actions.two_factor import (
    RECOVERY_CODES,
    CodeError,
    begin_two_factor,
    turn_off_two_factor,
    turn_on_two_factor,
    use_code,
)
from clustering.models import AuditEntry, Authenticator, RecoveryCodes
from clustering.web.site.pages.two_factor import secret_of
from clustering.web.site.views.sign_in import sign_in_path
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "a long password"
RFC_KEY = b"12345678901234567890"
# RFC 6238, appendix B, SHA-1: the last six of the eight digits
RFC_CODES = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
}
CODE_PAGE = "/accounts/code/"


@pytest.fixture
def root(db) -> User:
    return make_user("root", is_staff=True, is_superuser=True)


@pytest.fixture
def otp_clock(monkeypatch):
    """Let a device believe that it is another time, and give the code of the RFC for it."""

    def set_to(seconds: int) -> str:
        monkeypatch.setattr("django_otp.plugins.otp_totp.models.time", SimpleNamespace(time=lambda: seconds))
        return RFC_CODES[seconds]

    return set_to


@pytest.fixture
def codes(root, otp_clock, monkeypatch) -> list[str]:
    """Turn it on with the secret of the RFC, at its first time; give the recovery codes."""
    monkeypatch.setattr(Authenticator, "bin_key", RFC_KEY)
    begin_two_factor(root)
    return turn_on_two_factor(root, otp_clock(59))[1]


def sign_in(client: Client, name: str = "root", onward: str = "/status/"):
    return client.post(
        f"{reverse('login')}?next={onward}", {"username": name, "password": PASSWORD, "next": onward}
    )


def give(client: Client, code: str, page: str = CODE_PAGE):
    return client.post(page, {"code": code})


def forget_the_wrong_ones() -> None:
    """As if the time to wait after wrong codes had passed."""
    for kind in (Authenticator, RecoveryCodes):
        kind.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)


class TestTurningOn:
    def test_shows_the_secret_and_takes_a_code_of_it(self, client, root):
        client.force_login(root)
        page = client.get(reverse("two_factor")).content.decode()
        device = Authenticator.objects.get()
        assert not device.confirmed
        secret = secret_of(device)
        assert secret.path in page
        assert secret.text in page
        assert len(secret.text.replace(" ", "")) == 32  # 160 bits
        done = give(client, f"{totp(device.bin_key):06}", reverse("two_factor"))
        found = re.findall(r"<code>([a-z2-7]{8})</code>", done.content.decode())
        assert len(set(found)) == RECOVERY_CODES == StaticToken.objects.count()
        assert client.get(reverse("status")).status_code == 200  # this session has given a code
        account = client.get(reverse("account")).content.decode()
        assert "8 recovery codes left" in account
        assert not set(found) & set(re.findall(r"\w+", account))
        assert client.get(reverse("two_factor")).url == reverse("account")

    def test_keeps_the_secret_while_a_person_looks_for_the_phone(self, client, root):
        client.force_login(root)
        first, second = (client.get(reverse("two_factor")).content for _ in range(2))
        assert (
            re.search(rb'class="secret">([^<]+)', first)[1]
            == re.search(rb'class="secret">([^<]+)', second)[1]
        )

    def test_takes_no_wrong_code(self, client, root):
        client.force_login(root)
        client.get(reverse("two_factor"))
        device = Authenticator.objects.get()
        answer = give(client, f"{(totp(device.bin_key) + 1) % 10**6:06}", reverse("two_factor"))
        assert answer.status_code == 422
        assert "This code is wrong" in answer.content.decode()
        assert client.get(reverse("status")).status_code == 200  # still off, and so not asked for

    def test_has_no_script_or_style_in_its_page(self, client, root):
        client.force_login(root)
        page = client.get(reverse("two_factor")).content.decode()
        assert " style=" not in page
        assert not re.search(r"<script(?! src)", page)

    def test_is_for_staff(self, client):
        client.force_login(make_user("ada"))
        assert client.get(reverse("two_factor")).status_code == 404
        assert "Two-factor" not in client.get(reverse("account")).content.decode()

    def test_draws_what_a_reader_expects(self, root, codes):
        secret = secret_of(Authenticator.objects.get())
        assert secret.text == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"  # base 32 of 1234567890 twice
        assert (
            secret.size - 8 - 17
        ) % 4 == 0  # a QR code has 17 + 4 × version modules, here with four around it
        assert secret.path.startswith("M4 4h1v1h-1z" + "M5 4h1v1h-1z")


class TestACopyOfTheDatabase:
    def test_makes_no_code(self, root):
        device = begin_two_factor(root)
        stolen = f"{totp(unhexlify(device.key)):06}"
        with pytest.raises(CodeError, match="wrong"):
            turn_on_two_factor(root, stolen)
        forget_the_wrong_ones()
        assert turn_on_two_factor(root, f"{totp(device.bin_key):06}")

    def test_holds_no_recovery_code(self, root, codes):
        stored = list(StaticToken.objects.values_list("token", flat=True))
        assert len(stored) == len(codes) == 8
        for token in stored:
            assert not {token, token.lower(), token[:8].lower()} & set(codes)
            with pytest.raises(CodeError):
                use_code(root, token.lower())
            forget_the_wrong_ones()
        assert use_code(root, codes[0])

    def test_is_of_no_use_with_another_key(self, root, codes, settings, monkeypatch):
        monkeypatch.undo()
        secret = Authenticator.objects.get().bin_key
        settings.SECRET_KEY = "another"
        assert Authenticator.objects.get().bin_key != secret
        with pytest.raises(CodeError):
            use_code(root, codes[0])

    def test_shows_no_two_alike(self, root, codes):
        bob = make_user("bob", is_staff=True)
        device = RecoveryCodes.objects.create(user=bob)
        StaticToken.objects.filter(device__user=root).update(device=device)
        with pytest.raises(CodeError):
            use_code(bob, codes[0])


class TestSigningIn:
    def test_asks_for_the_code_after_the_password(self, client, codes, otp_clock):
        sign_in(client)
        for path in (
            "/",
            "/status/",
            "/admin/",
            "/account/",
            reverse("two_factor_off"),
            reverse("password_change"),
        ):
            assert client.get(path).url.startswith(CODE_PAGE), path
        assert "site-nav" not in client.get(CODE_PAGE).content.decode()
        before = client.session.session_key
        assert client.post(f"{CODE_PAGE}?next=/status/", {"code": otp_clock(1111111109)}).url == "/status/"
        assert client.session.session_key != before
        for path in ("/", "/status/", "/admin/", "/account/"):
            assert client.get(path).status_code == 200, path
        assert client.get(CODE_PAGE).url == "/"

    @pytest.mark.parametrize("seconds", list(RFC_CODES)[1:])
    def test_takes_the_codes_of_the_rfc(self, client, codes, otp_clock, seconds):
        sign_in(client)
        code = otp_clock(seconds)
        assert give(client, f"{code[:3]} {code[3:]}").url == "/"

    def test_takes_no_code_twice(self, client, codes, otp_clock):
        code = otp_clock(1111111109)
        sign_in(client)
        assert give(client, code).status_code == 302
        second = Client()
        sign_in(second)
        answer = give(second, code)
        assert (answer.status_code, "already been used" in answer.content.decode()) == (422, True)
        assert second.get("/admin/")["Location"].startswith(CODE_PAGE)

    def test_takes_no_older_code(self, client, codes, otp_clock):
        otp_clock(1111111109)
        sign_in(client)
        key = Authenticator.objects.get().bin_key
        older = TOTP(key)
        older.time = 1111111109 - 90
        assert give(client, f"{older.token():06}").status_code == 422

    def test_lets_nobody_guess_quickly(self, client, codes, otp_clock):
        sign_in(client)
        assert give(client, "000000").status_code == 422
        answer = give(client, otp_clock(1111111109))  # the right one, at once after
        assert "Wait 1 s" in answer.content.decode()
        forget_the_wrong_ones()
        assert give(client, otp_clock(1111111109)).status_code == 302

    def test_is_closed_after_ten_wrong_codes_as_after_passwords(self, client, codes, otp_clock):
        sign_in(client)
        answers = []
        for _ in range(10):
            forget_the_wrong_ones()
            answers.append(give(client, "000000").status_code)
        assert answers == [422] * 9 + [429]
        assert client.get("/account/").url.startswith(reverse("login"))
        assert sign_in(client).status_code == 429

    def test_takes_each_recovery_code_once(self, client, codes):
        sign_in(client)
        assert give(client, codes[0].upper()).url == "/"
        assert StaticToken.objects.count() == 7
        second = Client()
        sign_in(second)
        assert give(second, codes[0]).status_code == 422

    def test_by_link_asks_too(self, client, root, codes):
        client.get(sign_in_path(root))
        assert client.get("/").url.startswith(CODE_PAGE)

    def test_in_the_administration_asks_too(self, client, codes):
        client.post(
            "/admin/login/?next=/admin/", {"username": "root", "password": PASSWORD, "next": "/admin/"}
        )
        assert client.get("/admin/").url == f"{CODE_PAGE}?next=%2Fadmin%2F"
        assert client.post("/admin/auth/user/", {"action": "delete_selected"}).url == f"{CODE_PAGE}?next=%2F"

    def test_leads_to_no_other_site(self, client, codes, otp_clock):
        sign_in(client)
        assert client.post(f"{CODE_PAGE}?next=//evil.example/", {"code": otp_clock(1111111109)}).url == "/"

    def test_can_be_given_up(self, client, codes):
        sign_in(client)
        assert client.post(reverse("logout")).url == reverse("login")

    def test_of_others_is_as_it_was(self, client, codes):
        assert client.get(reverse("login")).status_code == 200
        assert client.get("/").url.startswith(reverse("login"))
        assert client.get("/healthz").content == b"ok"
        make_user("ada")
        sign_in(client, "ada")
        assert client.get("/account/").status_code == 200
        make_user("bob", is_staff=True)
        sign_in(other := Client(), "bob")
        assert other.get("/admin/").status_code == 200

    def test_is_not_done_by_somebody_elses_device(self, client, codes):
        bob = make_user("bob", is_staff=True, is_superuser=True)
        Authenticator.objects.create(user=bob)
        client.force_login(bob)
        session = client.session
        session["otp_device_id"] = Authenticator.objects.get(user__username="root").persistent_id
        session.save()
        assert client.get("/admin/").url.startswith(CODE_PAGE)


class TestRequired:
    @pytest.fixture(autouse=True)
    def _required(self, settings):
        settings.STAFF_TWO_FACTOR = "required"

    def test_closes_the_administration_and_the_state_of_the_site(self, client, root):
        client.force_login(root)
        for path in ("/admin/", "/admin/auth/user/", "/status/"):
            assert client.get(path).url == reverse("two_factor"), path
        assert "Turn on two-factor sign-in to open" in client.get(reverse("two_factor")).content.decode()
        assert client.get("/").status_code == 200

    def test_opens_them_to_who_gave_a_code(self, client, codes, otp_clock):
        sign_in(client)
        give(client, otp_clock(1111111109))
        assert client.get("/admin/").status_code == client.get("/status/").status_code == 200

    def test_asks_nothing_of_others(self, client):
        client.force_login(make_user("ada"))
        assert client.get("/").status_code == 200
        assert client.get("/status/").status_code == 404


class TestTurningOff:
    def test_asks_for_a_code(self, client, codes, otp_clock):
        sign_in(client)
        give(client, otp_clock(1111111109))
        off = reverse("two_factor_off")
        assert client.get(off).status_code == 200
        assert give(client, "000000", off).status_code == 422
        assert Authenticator.objects.count() == 1
        forget_the_wrong_ones()
        assert give(client, otp_clock(1234567890), off).url == reverse("account")
        assert Authenticator.objects.count() == StaticToken.objects.count() == 0
        assert client.get("/admin/").status_code == 200
        assert client.get(off).url == reverse("account")

    def test_is_in_the_audit_log(self, client, root, codes, otp_clock):
        turn_off_two_factor(root, otp_clock(1234567890))
        entries = AuditEntry.objects.order_by("at").values_list("action", "subject", "dataset_id")
        assert list(entries) == [("two_factor_enabled", "root", None), ("two_factor_disabled", "root", None)]
        client.force_login(root)
        page = client.get(reverse("activity")).content.decode()
        assert "Turned on two-factor sign-in" in page
        assert client.get(reverse("admin:clustering_auditentry_changelist")).status_code == 200


class TestReset:
    def test_is_for_who_lost_the_device(self, client, codes, capsys):
        call_command("two_factor_reset", "root")
        assert "password alone" in capsys.readouterr().out
        sign_in(client)
        assert client.get("/admin/").status_code == 200
        entry = AuditEntry.objects.latest("at")
        assert (entry.action, entry.subject) == ("two_factor_reset", "root, by manage.py two_factor_reset")

    def test_names_what_is_not_there(self, root):
        with pytest.raises(CommandError, match="no user mary"):
            call_command("two_factor_reset", "mary")
        with pytest.raises(CommandError, match="root has not turned on"):
            call_command("two_factor_reset", "root")
        assert AuditEntry.objects.count() == 0


def test_secrets_are_not_in_the_administration(client, root):
    client.force_login(root)
    assert "otp" not in client.get("/admin/").content.decode().lower()
    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404
