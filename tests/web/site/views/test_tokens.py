"""The page of a person's API tokens."""

from __future__ import annotations

import html
import re

import pytest
from django.urls import reverse

from clustering.models import ApiToken, AuditEntry, Authenticator
from clustering.models.api_token import MAX_TOKENS
from tests.factories import make_user

pytestmark = pytest.mark.django_db
FORM = {"name": "notebook", "may": "write", "days": "30"}


@pytest.fixture
def client(client):
    client.force_login(make_user())
    return client


def make(client, **fields):
    return client.post(reverse("tokens"), FORM | fields)


class TestMake:
    def test_shows_the_token_once(self, client):
        page = make(client)
        (text,) = re.findall(r'value="(mct_[^"]+)"', html.unescape(page.content.decode()))
        assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
        token = ApiToken.objects.by_text(text)
        assert (token.owner.username, token.name, token.can_write) == ("ada", "notebook", True)
        assert 29 < (token.expires_at - token.created_at).days + 1 <= 30
        answer = client.get("/api/v1/datasets", headers={"Authorization": f"Bearer {text}"})
        assert answer.status_code == 200
        again = client.get(reverse("tokens")).content.decode()
        assert text not in again
        assert token.key in again

    def test_for_ever_and_for_reading(self, client):
        make(client, may="read", days="")
        token = ApiToken.objects.get()
        assert (token.can_write, token.expires_at) == (False, None)

    @pytest.mark.parametrize("fields", [{"name": ""}, {"name": "x" * 101}, {"may": "all"}, {"days": "7"}])
    def test_takes_only_what_is_offered(self, client, fields):
        assert make(client, **fields).status_code == 422
        assert not ApiToken.objects.exists()

    def test_is_in_the_log(self, client):
        make(client)
        entry = AuditEntry.objects.get(action=AuditEntry.Action.TOKEN_CREATED)
        assert entry.subject == str(ApiToken.objects.get())

    def test_has_a_limit(self, client):
        for _ in range(MAX_TOKENS):
            ApiToken.issue(make_user(), "x", can_write=False, two_factor=False, expires_at=None)
        answer = make(client)
        assert answer.status_code == 422
        assert f"You have {MAX_TOKENS} tokens" in answer.content.decode()

    def test_of_staff_waits_for_two_factor_where_the_site_demands_it(self, client, settings):
        settings.STAFF_TWO_FACTOR = "required"
        staff = make_user("staff", is_staff=True)
        client.force_login(staff)
        assert make(client).url == reverse("two_factor")
        assert not ApiToken.objects.exists()

    def test_of_staff_without_the_code_is_not_made(self, client):
        staff = make_user("staff", is_staff=True)
        Authenticator.objects.create(user=staff, name="app", confirmed=True)
        client.force_login(staff)
        assert make(client).url.startswith(reverse("two_factor_code"))
        assert not ApiToken.objects.exists()


class TestEnd:
    def test_is_at_once_and_once(self, client):
        token, _ = ApiToken.issue(make_user(), "x", can_write=False, two_factor=False, expires_at=None)
        for _ in range(2):
            assert client.post(reverse("token_end", args=[token.pk])).url == reverse("tokens")
        token.refresh_from_db()
        assert token.ended_at is not None
        assert AuditEntry.objects.filter(action=AuditEntry.Action.TOKEN_ENDED).count() == 1
        assert (
            token.key
            not in client.get(reverse("tokens")).content.decode().split("</header>")[1].split("revoked")[-1]
        )

    def test_is_of_ones_own(self, client):
        token, _ = ApiToken.issue(make_user("eve"), "x", can_write=False, two_factor=False, expires_at=None)
        assert client.post(reverse("token_end", args=[token.pk])).status_code == 404

    def test_by_the_administration(self, client):
        token, _ = ApiToken.issue(make_user("eve"), "x", can_write=False, two_factor=False, expires_at=None)
        client.force_login(make_user("root", is_staff=True, is_superuser=True))
        list_url = reverse("admin:clustering_apitoken_changelist")
        client.post(list_url, {"action": "end", "_selected_action": [token.pk]})
        token.refresh_from_db()
        assert token.ended_at is not None
        assert "of eve" in AuditEntry.objects.get(action=AuditEntry.Action.TOKEN_ENDED).subject
        page = client.get(reverse("admin:clustering_apitoken_change", args=[token.pk])).content.decode()
        assert token.secret_hash not in page


def test_the_log_names_the_token(client):
    entry = AuditEntry.record(make_user(), AuditEntry.Action.RENAMED, None, "Songs")
    entry.token = "notebook (abc)"
    entry.save()
    assert "via the token notebook (abc)" in client.get(reverse("activity")).content.decode()
