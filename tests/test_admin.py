"""The administration: every table, quick at any size, and writing only through actions."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db.models import Model
from django.urls import reverse

from clustering.actions.sharing import make_share_link
from clustering.actions.tokens import make_token
from clustering.actions.webhooks import make_webhook
from clustering.admin.base import CountlessPaginator
from clustering.models import (
    ApiToken,
    AuditEntry,
    Cluster,
    Dataset,
    Job,
    Playlist,
    Run,
    ShareLink,
    Song,
    Sweep,
    SweepCandidate,
    Upload,
    Webhook,
)
from tests.factories import make_dataset, make_job, make_playlist, make_run, make_user

pytestmark = pytest.mark.django_db
MODELS = [Dataset, Upload, Song, Run, Sweep, SweepCandidate, Cluster, Job, Playlist]


@pytest.fixture
def signed_in_root(client) -> User:
    root = make_user("root", is_staff=True, is_superuser=True)
    client.force_login(root)
    return root


@pytest.fixture
def run_of_eve(signed_in_root) -> Run:
    run = make_run(make_dataset(make_user("eve")))
    make_playlist(run.dataset, songs=3)
    return run


def url(model: type[Model], page: str = "changelist", *args: object) -> str:
    return reverse(f"admin:clustering_{model._meta.model_name}_{page}", args=args)


def act(client, model: type[Model], action: str, *rows: Model) -> str:
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(url(model), data, follow=True).content.decode()


@pytest.mark.parametrize("model", MODELS)
class TestEveryTable:
    def test_is_listed(self, client, run_of_eve, model):
        make_job(dataset=run_of_eve.dataset, run=run_of_eve)
        answer = client.get(url(model))
        assert answer.status_code == 200
        assert answer.context["cl"].result_count

    def test_shows_a_row_and_changes_none(self, client, run_of_eve, model):
        make_job(dataset=run_of_eve.dataset, run=run_of_eve)
        row = model.objects.first()
        page = client.get(url(model, "change", row.pk))
        assert page.status_code == 200
        assert b'name="_save"' not in page.content
        assert client.post(url(model, "change", row.pk), {}).status_code == 403
        assert client.get(url(model, "add")).status_code == 403
        assert client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403

    def test_links_to_nothing_that_is_not_there(self, client, run_of_eve, model):
        make_job(dataset=run_of_eve.dataset, run=run_of_eve)
        Upload.objects.update(rejected_file="uploads/1/rejected")
        page = client.get(url(model, "change", model.objects.first().pk)).content.decode()
        links = set(re.findall(r'<a [^>]*href="([^"#]+)"', page))
        assert {
            link: client.get(link).status_code for link in links if "logout" not in link
        } == dict.fromkeys(links, 200)

    def test_can_be_searched(self, client, run_of_eve, model):
        for term in ("7", "x", "9" * 30):
            assert client.get(url(model), {"q": term}).status_code == 200

    def test_does_not_count_what_it_does_not_show(self, run_of_eve, model):
        assert admin.site.get_model_admin(model).show_full_result_count is False


@pytest.mark.parametrize("model", [Song])
class TestLongTables:
    def test_are_never_counted(self, client, run_of_eve, model, django_assert_num_queries, caplog):
        with django_assert_num_queries(4) as queries:  # session, person, two-factor sign-in, songs
            client.get(url(model))
        assert not [q["sql"] for q in queries if "COUNT(" in q["sql"]]
        assert admin.site.get_model_admin(model).paginator is CountlessPaginator

    @pytest.mark.parametrize("order", ["0", "-1", "2.-3", "5"])
    def test_are_never_sorted_by_what_no_index_has(self, client, run_of_eve, model, order):
        usual, asked = (client.get(url(model), data) for data in ({}, {"o": order}))
        assert b"sortable" not in usual.content
        rows = [[row.pk for row in page.context["cl"].result_list] for page in (usual, asked)]
        assert rows[0] == rows[1]
        assert asked.context["cl"].queryset.query.order_by == admin.site.get_model_admin(model).ordering

    def test_are_searched_by_number_only(self, client, run_of_eve, model):
        assert "Enter a whole number" in client.get(url(model), {"q": "love"}).content.decode()


class TestSearch:
    def found(self, client, model: type, term: object) -> set[int]:
        return {row.pk for row in client.get(url(model), {"q": str(term)}).context["cl"].result_list}

    def test_finds_a_song_by_its_id(self, client, run_of_eve):
        song = Song.objects.last()
        assert self.found(client, Song, song.pk) == {song.pk}

    def test_finds_the_songs_of_a_dataset(self, client, run_of_eve):
        make_dataset(make_user("ada"))
        assert len(self.found(client, Song, run_of_eve.dataset_id)) == 30

    def test_says_where_a_song_landed(self, client, run_of_eve):
        place = run_of_eve.assignments.latest("song")
        said = client.get(url(Song, "change", place.song_id)).content.decode()
        assert f"run {run_of_eve.pk}: group {place.cluster}, {place.distance:.2f} from its center" in said

    def test_finds_a_dataset_by_the_beginning_of_its_name(self, client, run_of_eve):
        assert self.found(client, Dataset, "even") == {run_of_eve.dataset_id}


class TestActions:
    @pytest.mark.parametrize("chosen", ["abc", "\0", "-1", "9" * 30, "²"])
    @pytest.mark.parametrize("model", [Dataset, Run, Job, Playlist, ShareLink])
    def test_choose_no_row_by_what_is_no_id(self, client, run_of_eve, sent, model, chosen):
        for action in admin.site.get_model_admin(model).actions:
            answer = client.post(url(model), {"action": action, "_selected_action": [chosen]})
            assert answer.status_code == 302
        assert not sent

    def test_deletes_a_dataset_in_a_job(self, client, run_of_eve, sent):
        assert "Being deleted: 1 of 1" in act(client, Dataset, "delete_in_a_job", run_of_eve.dataset)
        job = Job.objects.get(kind="delete")
        assert (job.dataset_id, job.owner.username) == (run_of_eve.dataset_id, "root")

    def test_deletes_a_run_in_a_job(self, client, run_of_eve, sent):
        act(client, Run, "delete_in_a_job", run_of_eve)
        assert Job.objects.get(kind="delete_run").run_id == run_of_eve.pk

    def test_sent_twice_runs_a_run_again_once(self, client, run_of_eve, sent):
        shown = client.get(url(Run)).content.decode()
        token = re.search(r'name="once" value="([^"]+)"', shown)[1]
        fields = {"action": "run_again", "_selected_action": [run_of_eve.pk], "once": token}
        for _ in range(2):
            assert client.post(url(Run), fields).status_code == 302
        assert Run.objects.count() == 2

    def test_runs_a_run_again(self, client, run_of_eve, sent):
        assert "Started again: 1 of 1" in act(client, Run, "run_again", run_of_eve)
        again = Run.objects.exclude(pk=run_of_eve.pk).get()
        assert again.features == run_of_eve.features

    def test_says_why_a_run_cannot_be_run_again(self, client, run_of_eve, sent):
        Dataset.objects.update(songs_count=0)
        text = act(client, Run, "run_again", run_of_eve)
        assert "Started again: 0 of 1" in text
        assert "no songs yet" in text

    def test_deletes_a_playlist(self, client, run_of_eve):
        assert '<td class="field-songs">3</td>' in client.get(url(Playlist)).content.decode()
        assert "Deleted: 1 of 1" in act(client, Playlist, "delete_it", Playlist.objects.get())
        assert not Playlist.objects.exists()
        assert (AuditEntry.objects.get().actor.username, Song.objects.count()) == ("root", 30)

    def test_cancels_jobs(self, client, signed_in_root):
        alive, ended = make_job(signed_in_root), make_job(signed_in_root, status=Job.Status.SUCCEEDED)
        assert "Cancelled: 1 of 2" in act(client, Job, "cancel", alive, ended)

    def test_queues_jobs_again(self, client, run_of_eve, sent):
        about = {"kind": "cluster", "dataset": run_of_eve.dataset, "run": run_of_eve}
        failed = make_job(**about, status=Job.Status.FAILED, done=1, total=2)
        assert "Queued again: 1 of 1" in act(client, Job, "run_again", failed)
        failed.refresh_from_db()
        assert failed.status == Job.Status.QUEUED


class TestPermissions:
    """Somebody who may only look at a table may not change it."""

    WAYS = (
        (Dataset, "delete_in_a_job", "delete"),
        (Run, "delete_in_a_job", "delete"),
        (Run, "run_again", "change"),
        (Job, "cancel", "change"),
        (Job, "run_again", "change"),
        (Playlist, "delete_it", "delete"),
        (ShareLink, "end", "change"),
        (ApiToken, "end", "change"),
        (Webhook, "turn_off", "change"),
        (Webhook, "delete_it", "delete"),
    )

    @pytest.fixture
    def admin_rows(self, run_of_eve) -> dict[type, object]:
        eve = run_of_eve.dataset.owner
        link = make_share_link(eve, run_of_eve, days=1)
        return {
            Dataset: run_of_eve.dataset,
            Run: run_of_eve,
            Job: make_job(eve, dataset=run_of_eve.dataset, run=run_of_eve, kind="cluster"),
            Playlist: Playlist.objects.get(),
            ShareLink: link,
            ApiToken: make_token(eve, "notebook", can_write=True, days=1, two_factor=False)[0],
            Webhook: make_webhook(eve, "https://example.org/hook"),
        }

    def sign_in(self, client, *permissions: str) -> None:
        clerk = make_user("clerk", is_staff=True)
        clerk.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client.force_login(clerk)

    def known(self) -> tuple[object, ...]:
        jobs = list(Job.objects.order_by("pk").values_list("pk", "status", "cancel_requested"))
        ended = [
            *ShareLink.objects.values_list("revoked_at"),
            *ApiToken.objects.values_list("ended_at"),
            *Webhook.objects.values_list("off_at"),
        ]
        return jobs, Playlist.objects.count(), ended

    def test_are_asked_for_by_every_action(self):
        offered = {
            (model, name)
            for model, table in admin.site._registry.items()
            if model._meta.app_label == "clustering"
            for name in table.actions
        }
        assert offered == {(model, action) for model, action, _ in self.WAYS}

    @pytest.mark.parametrize(("model", "action", "needed"), WAYS)
    def test_to_look_are_not_enough(self, client, admin_rows, sent, model, action, needed):
        name = model._meta.model_name
        others = {"add", "change", "delete"} - {needed}
        self.sign_in(client, f"view_{name}", *(f"{other}_{name}" for other in others))
        before = self.known()
        assert f'value="{action}"' not in client.get(url(model)).content.decode()
        act(client, model, action, admin_rows[model])
        assert self.known() == before
        assert sent == []

    @pytest.mark.parametrize(("model", "action", "needed"), WAYS)
    def test_to_do_it_are(self, client, admin_rows, sent, model, action, needed):
        name = model._meta.model_name
        self.sign_in(client, f"view_{name}", f"{needed}_{name}")
        assert f'value="{action}"' in client.get(url(model)).content.decode()
        if (model, action) == (Job, "run_again"):
            admin_rows[Job].fail_unsent("no broker")
        before = self.known()
        act(client, model, action, admin_rows[model])
        assert self.known() != before


def test_has_the_sites_icon(client, signed_in_root):
    for page in (reverse("admin:index"), url(Song)):
        assert 'rel="icon"' in client.get(page).content.decode()
    client.logout()
    assert 'rel="icon"' in client.get(reverse("admin:login")).content.decode()


def test_is_for_staff_alone(client):
    client.force_login(make_user("ada"))
    assert client.get(url(Dataset)).status_code == 302
