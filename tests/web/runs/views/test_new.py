"""The form that starts a run."""

import pytest

from clustering.models import Dataset, Job, Run
from tests.factories import make_dataset, make_run, make_user

pytestmark = pytest.mark.django_db
SETTINGS = {
    "features": ["energy", "valence"],
    "algorithm": "kmeans",
    "k": "6",
    "scaler": "standard",
    "missing": "drop",
    "seed": "7",
}


@pytest.fixture
def own_dataset_with_extra_column(ada) -> Dataset:
    return make_dataset(ada, extra_columns=["mood score"])


@pytest.fixture
def new_run_url(own_dataset_with_extra_column) -> str:
    return f"/datasets/{own_dataset_with_extra_column.pk}/runs/new/"


class TestRunNew:
    def test_offers_the_features_of_the_dataset(self, client, new_run_url):
        text = client.get(new_run_url).content.decode()
        assert 'value="energy"' in text
        assert 'value="mood score"' in text
        assert 'value="acousticness"' not in text
        assert text.count("checked") == 4 + 1  # four features, one algorithm
        assert "2 songs have no value" in text

    def test_starts_the_run(self, client, new_run_url, own_dataset_with_extra_column, sent):
        answer = client.post(new_run_url, SETTINGS)
        run = Run.objects.get()
        assert (run.features, run.k_requested, run.seed) == (["energy", "valence"], 6, 7)
        assert answer.headers["Location"] == f"/jobs/{Job.objects.get(run=run).pk}/"

    def test_chooses_k_itself_when_none_is_typed(self, client, new_run_url, sent):
        client.post(new_run_url, SETTINGS | {"k": ""})
        assert Run.objects.get().k_requested is None

    def test_asks_hdbscan_for_the_smallest_group_instead_of_their_number(self, client, new_run_url, sent):
        client.post(new_run_url, SETTINGS | {"algorithm": "hdbscan", "min_cluster_size": "12"})
        run = Run.objects.get()
        assert (run.algorithm, run.k_requested, run.min_cluster_size) == ("hdbscan", None, 12)

    def test_takes_a_hundredth_of_the_songs_when_none_is_typed(self, client, new_run_url, sent):
        client.post(new_run_url, SETTINGS | {"algorithm": "hdbscan", "min_cluster_size": ""})
        assert Run.objects.get().min_cluster_size == 5

    def test_keeps_the_weights_that_change_something(self, client, new_run_url, sent):
        client.post(
            new_run_url, SETTINGS | {"weight:energy": "2.5", "weight:valence": "1", "weight:tempo": "3"}
        )
        assert Run.objects.get().weights == {"energy": 2.5}

    def test_begins_with_a_preset(self, client, new_run_url):
        answer = client.get(new_run_url, {"preset": "dance-floor"})
        rows = {row[0].name: row for row in answer.context["rows"]}
        assert {name for name, row in rows.items() if row[1]} == {
            "danceability",
            "tempo",
            "energy",
            "valence",
        }
        assert rows["danceability"][2].value() == 2.0

    def test_offers_popularity_and_year_where_the_file_has_them(
        self, client, new_run_url, own_dataset_with_extra_column
    ):
        upload = own_dataset_with_extra_column.uploads.get()
        upload.choose_columns({"matches": [{"column": "pop", "field": "popularity"}]})
        text = client.get(new_run_url).content.decode()
        assert 'value="popularity"' in text
        assert 'value="release_year"' not in text

    def test_begins_with_an_earlier_runs_settings(self, client, new_run_url, own_dataset_with_extra_column):
        run = make_run(own_dataset_with_extra_column, features=["tempo"], k=5, scaler="minmax", seed=9)
        answer = client.get(new_run_url, {"from": run.pk})
        assert answer.context["form"].initial["k"] == 5
        assert [row[0].name for row in answer.context["rows"] if row[1]] == ["tempo"]
        assert "Edit and re-run" in answer.content.decode()

    @pytest.mark.parametrize("again", ["x", "1", "9" * 40, "²"])
    def test_begins_afresh_where_there_is_no_such_run(self, client, new_run_url, again):
        answer = client.get(new_run_url, {"from": again})
        assert answer.status_code == 200
        assert "New run" in answer.content.decode()

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"features": []}, "Choose at least one feature"),
            ({"features": ["password"]}, "no feature called “password”"),
            ({"k": "1"}, "This must be at least 2."),
            ({"k": "51"}, "This must be at most 50."),
            ({"k": "40"}, "30 songs can’t be divided into 40 groups"),
            ({"k": "many"}, "whole number"),
            ({"algorithm": "magic"}, "“magic” is not one of the choices"),
            ({"algorithm": "hdbscan", "min_cluster_size": "31"}, "between 2 and 30"),
            ({"scaler": "magic"}, "“magic” is not one of the choices"),
            ({"weight:energy": "0", "weight:valence": "0"}, "All weights are zero"),
            ({"weight:energy": "6"}, "This must be at most 5."),
            ({"weight:energy": "much"}, "Enter a number"),
            ({"seed": "-1"}, "This must be at least 0."),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_chosen(self, client, new_run_url, changed, said):
        answer = client.post(new_run_url, SETTINGS | {"seed": "7"} | changed)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not Run.objects.exists()
        if "features" not in changed:
            assert [row[0].name for row in answer.context["rows"] if row[1]] == ["energy", "valence"]

    def test_leads_to_each_field_that_is_wrong(self, client, new_run_url):
        text = client.post(new_run_url, SETTINGS | {"k": "51", "seed": ""}).content.decode()
        for field, label in (("id_k", "Number of groups (k)"), ("id_seed", "Random seed")):
            assert f'<a href="#{field}">{label}</a>' in text
            assert f'id="{field}"' in text

    def test_is_not_for_readers(self, client, ada):
        shared = make_dataset(make_user("eve"), visibility=Dataset.Visibility.SHARED)
        assert client.get(f"/datasets/{shared.pk}/runs/new/").status_code == 404

    def test_costs_a_constant_number_of_queries(
        self, client, new_run_url, own_dataset_with_extra_column, django_assert_num_queries
    ):
        run = make_run(own_dataset_with_extra_column)
        with django_assert_num_queries(5):
            client.get(new_run_url, {"from": run.pk})

    def test_wants_a_person(self, client, new_run_url):
        client.logout()
        assert client.get(new_run_url).status_code == 302


class TestRunGuards:
    def test_speaks_of_the_settings_as_they_are(self, client, new_run_url):
        text = client.post(f"{new_run_url}guards/", SETTINGS | {"k": "20"}).content.decode()
        assert "30 songs in 20 groups are fewer than 10 each" in text
        assert "Before you start" in text

    def test_knows_the_columns_of_the_file_too(self, client, new_run_url, own_dataset_with_extra_column):
        told = own_dataset_with_extra_column.report["columns"][0] | {
            "field": "mood score",
            "missing": 12,
            "constant": True,
        }
        own_dataset_with_extra_column.report |= {"others": [told]}
        own_dataset_with_extra_column.save()

        text = client.post(
            f"{new_run_url}guards/", SETTINGS | {"features": ["energy", "mood score"]}
        ).content.decode()
        assert "mood score is the same for every song" in text
        assert "12 songs have no value" in client.get(new_run_url).content.decode()

    def test_knows_what_goes_together_with_a_column_of_the_file(
        self, client, new_run_url, own_dataset_with_extra_column
    ):
        told = own_dataset_with_extra_column.report["columns"][0] | {"field": "mood score"}
        own_dataset_with_extra_column.report |= {
            "others": [told],
            "others_alike": [["energy", "mood score", 0.93]],
        }
        own_dataset_with_extra_column.save()

        settings = SETTINGS | {"features": ["mood score", "energy"]}
        text = client.post(f"{new_run_url}guards/", settings).content.decode()
        assert "mood score and energy are nearly the same (correlation +0.93)" in text
        assert (
            "mood score" not in client.post(f"{new_run_url}guards/", SETTINGS | {"k": "2"}).content.decode()
        )

    def test_is_silent_where_nothing_is_wrong(self, client, new_run_url):
        assert client.post(f"{new_run_url}guards/", SETTINGS | {"k": "2"}).content.decode().strip() == ""

    def test_does_with_what_can_be_used_of_a_form_half_filled_in(self, client, new_run_url):
        answer = client.post(f"{new_run_url}guards/", {"features": ["energy"], "k": "many"})
        assert answer.status_code == 200

    def test_reads_no_songs(self, client, new_run_url, django_assert_num_queries):
        with django_assert_num_queries(4):  # session, person, dataset, its files
            client.post(f"{new_run_url}guards/", SETTINGS)

    def test_is_not_for_readers(self, client, ada):
        shared = make_dataset(make_user("eve"), visibility=Dataset.Visibility.SHARED)
        assert client.post(f"/datasets/{shared.pk}/runs/new/guards/", SETTINGS).status_code == 404


class TestFitOn:
    def test_is_not_asked_of_few_songs(self, client, new_run_url):
        assert "Sample size" not in client.get(new_run_url).content.decode()

    def test_is_asked_of_many_and_kept(self, client, new_run_url, own_dataset_with_extra_column, sent):
        Dataset.objects.update(songs_count=250_000)
        assert "Sample size" in client.get(new_run_url).content.decode()
        client.post(new_run_url, SETTINGS | {"fit_on": ""})
        assert Run.objects.latest("created_at").sample_size is None
        client.post(new_run_url, SETTINGS | {"fit_on": "50000"})
        run = Run.objects.latest("created_at")
        assert run.sample_size == 50_000
        assert client.get(f"{new_run_url}?from={run.pk}").context["form"]["fit_on"].value() == 50_000

    def test_says_why_it_cannot_be(self, client, new_run_url, own_dataset_with_extra_column, sent):
        Dataset.objects.update(songs_count=250_000)
        answer = client.post(new_run_url, SETTINGS | {"fit_on": "50000", "algorithm": "ward"})
        assert answer.status_code == 422
        assert "Ward’s tree can’t be fitted on a sample" in answer.content.decode()
        assert (
            "This must be at least 500."
            in client.post(new_run_url, SETTINGS | {"fit_on": "9"}).content.decode()
        )
        assert not Run.objects.exists()
