"""The first page."""

import pytest
from django.urls import reverse

from clustering.models import Dataset, Job
from tests.factories import make_dataset, make_job, make_run, make_user

pytestmark = pytest.mark.django_db
URL = "/"


class TestDatasets:
    def test_shows_own_datasets_with_their_groups(self, client, ada):
        run = make_run(make_dataset(ada, name="Evening <songs>"))
        answer = client.get(URL)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "Evening &lt;songs&gt;" in text
        assert reverse("dataset", args=[run.dataset_id]) in text
        assert "3 groups" in text
        assert text.count("h0M") >= 27  # thirty songs of three groups

    def test_says_what_to_do_where_there_is_nothing(self, client, ada):
        assert "No datasets yet" in client.get(URL).content.decode()

    def test_hides_what_others_keep_private(self, client, ada):
        eve = make_user("eve")
        make_dataset(eve, name="Secret")
        make_dataset(eve, name="Open", visibility=Dataset.Visibility.SHARED)
        text = client.get(URL).content.decode()
        assert "Secret" not in text
        assert "Open" in text
        assert "by eve" in text

    def test_shows_staff_all(self, client):
        client.force_login(make_user("root", is_staff=True))
        make_dataset(make_user("eve"), name="Secret")
        assert "Secret" in client.get(URL).content.decode()

    def test_leads_to_the_columns_of_a_file_that_is_not_imported(self, client, ada):
        dataset = Dataset.objects.create(owner=ada, name="New")
        assert reverse("columns", args=[dataset.pk]) in client.get(URL).content.decode()

    def test_asks_again_only_while_jobs_are_alive(self, client, ada):
        assert "every 3s" not in client.get(URL).content.decode()
        make_job(ada, status=Job.Status.RUNNING, stage="Reading songs", done=5, total=10)
        text = client.get(URL).content.decode()
        assert "every 3s" in text
        assert "50 %" in text

    def test_answers_the_poll_with_the_list_alone(self, client, ada):
        text = client.get(URL, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in text
        assert 'id="datasets"' in text

    def test_goes_on_where_the_last_page_ended(self, client, ada):
        for number in range(14):
            Dataset.objects.create(owner=ada, name=f"Set {number:02}")
        first = client.get(URL)
        before = first.context["page"].before
        assert len(first.context["page"].cards) == 12
        second = client.get(URL, {"before": before})
        assert [card.dataset.name for card in second.context["page"].cards] == ["Set 01", "Set 00"]

    def test_takes_a_time_of_any_zone(self, client, ada):
        make_dataset(ada)
        assert client.get(URL, {"before": "2999-01-01T00:00:00+23:59"}).status_code == 200

    @pytest.mark.parametrize("before", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
    def test_knows_no_page_outside_of_time(self, client, ada, before):
        assert client.get(URL, {"before": before}).status_code == 404

    @pytest.mark.parametrize("before", ["nonsense", "2026-13-40T00:00:00Z", "2026-01-01T00:00:00"])
    def test_knows_no_page_that_begins_nowhere(self, client, ada, before):
        assert client.get(URL, {"before": before}).status_code == 404

    def test_costs_the_same_however_many_there_are(self, client, ada, django_assert_num_queries):
        for number in range(3):
            make_run(make_dataset(ada, name=f"Set {number}"))
        with django_assert_num_queries(7):
            client.get(URL)

    def test_wants_a_person(self, client):
        assert client.get(URL).headers["Location"].startswith("/accounts/login/")

    def test_takes_no_post(self, client, ada):
        assert client.post(URL).status_code == 405


class TestTrySample:
    def test_imports_the_sample(self, client, ada, sent):
        answer = client.post("/sample/")
        job = Job.objects.get(owner=ada)
        assert answer.headers["Location"] == f"/jobs/{job.pk}/"

    def test_says_why_it_does_not(self, client, ada, monkeypatch, tmp_path):
        empty = tmp_path / "songs.csv"
        empty.touch()
        monkeypatch.setattr("clustering.actions.uploads.SAMPLE", empty)
        text = client.post("/sample/", follow=True).content.decode()
        assert "songs.csv" in text
        assert "alert-danger" in text

    def test_is_a_post(self, client, ada):
        assert client.get("/sample/").status_code == 405
