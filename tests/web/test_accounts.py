"""Signing in with a password, guessing one, and changing it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clustering.models import AuditEntry
from clustering.web.site.views.sign_in import sign_in_path
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "a long password"


def sign_in(client, password, name="ada"):
    return client.post(reverse("login"), {"username": name, "password": password})


class TestGuessing:
    def test_closes_a_name_for_a_while(self, client):
        make_user("ada")
        answers = [sign_in(client, "wrong") for _ in range(10)]
        assert [answer.status_code for answer in answers] == [200] * 9 + [429]
        assert "15 minutes" in answers[-1].content.decode()
        assert sign_in(client, PASSWORD).status_code == 429

    def test_from_many_places_is_one_guesser(self):
        make_user("ada")
        for place in range(10):
            sign_in(Client(REMOTE_ADDR=f"10.0.0.{place}"), "wrong")
        assert sign_in(Client(), PASSWORD).status_code == 429

    def test_closes_no_other_name(self, client):
        make_user("ada")
        make_user("bob")
        for _ in range(10):
            sign_in(client, "wrong")
        assert sign_in(client, PASSWORD, "bob").status_code == 302

    def test_is_forgotten_after_the_right_one(self, client):
        make_user("ada")
        for _ in range(9):
            sign_in(client, "wrong")
        assert sign_in(client, PASSWORD).status_code == 302
        assert sign_in(Client(), "wrong").status_code == 200

    def test_says_the_same_of_a_name_that_is_not_there(self, client):
        make_user("ada")
        known, unknown = (sign_in(client, "wrong", name).content.decode() for name in ("ada", "eve"))
        assert "Please enter a correct username and password" in known
        assert known.count("<p") == unknown.count("<p")

    @pytest.mark.parametrize("page", ["login", "admin:login"])
    @pytest.mark.parametrize("name", ["x" * 151, "x" * 300, "é" * 100_000])
    def test_with_a_name_that_nobody_can_have_is_answered(self, client, page, name):
        for status in [200] * 9 + [429] * 2:
            answer = client.post(reverse(page), {"username": name, "password": "wrong"})
            assert answer.status_code == status

    def test_in_other_letters_of_the_same_name_is_one_guesser(self, client):
        make_user("ada")
        for name in ["ａda", "aｄa", "adａ", " ada", "𝐚da"] * 2:
            sign_in(client, "wrong", name)
        assert sign_in(client, PASSWORD).status_code == 429

    def test_in_the_administration_counts_too(self, client):
        make_user("root", is_staff=True)
        for _ in range(10):
            client.post(reverse("admin:login"), {"username": "root", "password": "wrong"})
        assert sign_in(client, PASSWORD, "root").status_code == 429


class TestPassword:
    def change(self, client, new, old=PASSWORD):
        fields = {"old_password": old, "new_password1": new, "new_password2": new}
        return client.post(reverse("password_change"), fields)

    def test_is_changed_with_the_old_one_and_ends_other_sessions(self, client):
        ada = make_user("ada")
        elsewhere = Client()
        for browser in (client, elsewhere):
            browser.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
        assert self.change(client, "quite another phrase").url == reverse("password_change_done")
        assert client.get(reverse("datasets")).status_code == 200
        assert elsewhere.get(reverse("datasets")).status_code == 302

    @pytest.mark.parametrize("new", ["short", "passwordpassword1"[:8], "123456789012", "ada ada ada"])
    def test_has_to_be_a_good_one(self, client, new):
        client.force_login(make_user("ada"))
        assert self.change(client, new).status_code == 200

    def test_is_not_changed_without_the_old_one(self, client):
        client.force_login(make_user("ada"))
        assert self.change(client, "quite another phrase", old="guess").status_code == 200


class TestChangesToAnAccount:
    """There is no mail: who signs in next is told."""

    def shown_after_sign_in(self, client) -> str:
        return client.post(
            reverse("login"), {"username": "ada", "password": PASSWORD}, follow=True
        ).content.decode()

    def test_are_told_at_the_next_sign_in(self, client):
        ada = make_user("ada")
        assert "Password changed" not in self.shown_after_sign_in(client)
        client.post(reverse("logout"))
        ada.set_password(PASSWORD)
        ada.save()
        assert "Password changed on" in self.shown_after_sign_in(client)
        assert "If this wasn’t you" in self.shown_after_sign_in(Client())
        entry = AuditEntry.objects.get()
        assert (entry.actor, entry.action, entry.subject) == (ada, "password_changed", "ada")

    def test_are_no_first_password(self):
        ada = User.objects.create_user("ada")
        for password in (PASSWORD, None, PASSWORD):
            ada.set_password(password)
            ada.save()
        assert not AuditEntry.objects.exists()

    def test_are_none_before_the_first_sign_in(self, client, settings, tmp_path):
        settings.DATA_DIR = tmp_path
        call_command("prepare")
        link = sign_in_path(User.objects.get(username="local"))
        assert "Password changed" not in client.get(link, follow=True).content.decode()
        assert not AuditEntry.objects.exists()

    def test_are_told_for_a_week(self, client):
        ada = make_user("ada")
        AuditEntry.record(ada, AuditEntry.Action.TWO_FACTOR_RESET, None, "ada")
        AuditEntry.objects.update(at=timezone.now() - timedelta(days=6))
        assert "Two-factor sign-in reset on" in self.shown_after_sign_in(client)
        AuditEntry.objects.update(at=timezone.now() - timedelta(days=8))
        assert "Two-factor sign-in reset on" not in self.shown_after_sign_in(Client())

    def test_are_not_what_others_did_or_what_is_about_songs(self, client):
        ada = make_user("ada")
        AuditEntry.record(make_user("bob"), AuditEntry.Action.PASSWORD_CHANGED, None, "bob")
        AuditEntry.record(ada, AuditEntry.Action.DELETED, None, "x")
        assert "If this wasn’t you" not in self.shown_after_sign_in(client)

    def test_are_no_better_hash_of_the_old_one(self, client, settings):
        make_user("ada")
        settings.PASSWORD_HASHERS = [
            "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
            *settings.PASSWORD_HASHERS,
        ]
        assert "If this wasn’t you" not in self.shown_after_sign_in(client)
        assert User.objects.get().password.startswith("pbkdf2_sha1$")
        assert not AuditEntry.objects.exists()

    def test_by_the_administration_count_too(self, client):
        ada = make_user("ada")
        client.force_login(
            make_user("root", is_staff=True, is_superuser=True),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        client.post(
            reverse("admin:auth_user_password_change", args=[ada.pk]),
            {
                "password1": "quite another phrase",
                "password2": "quite another phrase",
                "usable_password": "true",
            },
        )
        assert AuditEntry.objects.get().actor == ada


class TestSession:
    def test_gets_another_name_when_somebody_signs_in(self, client):
        make_user("ada")
        client.get(reverse("login"))
        session = client.session
        session["before"] = True
        session.save()
        before = session.session_key
        sign_in(client, PASSWORD)
        assert client.session.session_key != before

    def test_is_gone_after_signing_out(self, client):
        client.force_login(make_user("ada"))
        cookie = client.cookies["sessionid"].value
        client.post(reverse("logout"))
        client.cookies["sessionid"] = cookie
        assert client.get(reverse("datasets")).status_code == 302

    def test_cookie_is_out_of_reach_for_scripts_and_other_sites(self, client):
        make_user("ada")
        cookie = sign_in(client, PASSWORD).cookies["sessionid"]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
