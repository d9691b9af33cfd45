"""Signing in by a link that works once."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from clustering.web.site.views import sign_in as module
from clustering.web.site.views.sign_in import sign_in_path


@pytest.fixture
def person(db):
    return User.objects.create_superuser("local", password="a-long-password")


class TestSignIn:
    def test_works_once(self, client, person):
        path = sign_in_path(person)
        response = client.get(path)
        assert (response.status_code, response.url) == (302, "/")
        assert client.session["_auth_user_id"] == str(person.pk)
        client.logout()
        response = client.get(path)
        assert response.url == "/accounts/login/"
        assert "_auth_user_id" not in client.session

    def test_leads_home_who_is_signed_in_already(self, client, person):
        path = sign_in_path(person)
        client.get(path)
        assert client.get(path).url == "/"

    def test_is_used_up_by_any_other_sign_in(self, client, person):
        path = sign_in_path(person)
        person.last_login = timezone.now()
        person.save()
        assert client.get(path).url == "/accounts/login/"

    def test_is_used_up_by_a_new_password(self, client, person):
        path = sign_in_path(person)
        person.set_password("another-long-password")
        person.save()
        assert client.get(path).url == "/accounts/login/"

    def test_is_used_up_by_a_new_password_of_the_same_moment(self, client, person, monkeypatch):
        path = sign_in_path(person)
        original = module._stamp

        def meanwhile(user):
            stamp = original(user)
            User.objects.update(password="another")
            return stamp

        monkeypatch.setattr(module, "_stamp", meanwhile)
        assert client.get(path).url == "/accounts/login/"

    def test_refuses_a_changed_link(self, client, person):
        assert client.get(sign_in_path(person)[:-2] + "xx").url == "/accounts/login/"

    def test_refuses_an_old_link(self, client, person, monkeypatch):
        path = sign_in_path(person)
        monkeypatch.setattr(module, "LIFETIME", timedelta(seconds=-1))
        assert client.get(path).url == "/accounts/login/"

    def test_refuses_who_may_not_sign_in(self, client, person):
        path = sign_in_path(person)
        User.objects.update(is_active=False)
        assert client.get(path).url == "/accounts/login/"

    def test_lets_one_of_two_clicks_win(self, client, person, monkeypatch):
        path = sign_in_path(person)

        def meanwhile(user):
            stamp = original(user)
            User.objects.update(last_login=timezone.now())
            return stamp

        original = module._stamp
        monkeypatch.setattr(module, "_stamp", meanwhile)
        assert client.get(path).url == "/accounts/login/"

    def test_is_for_reading_only(self, client, person):
        assert client.post(sign_in_path(person)).status_code == 405


class TestSignInLink:
    def test_is_printed(self, client, person, capsys):
        call_command("sign_in_link")
        assert client.get(capsys.readouterr().out.strip()).url == "/"

    def test_names_who_is_not_there(self, person):
        with pytest.raises(CommandError, match="no active user “mary”"):
            call_command("sign_in_link", "mary")


class TestHealthz:
    def test_answers(self, client, db):
        assert client.get("/healthz").content == b"ok"
