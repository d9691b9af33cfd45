"""The mixed load itself: that its people find their way, that nothing unexpected goes past them, and what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from benchmarks.browser import Browser, Unexpected
from benchmarks.ledger import Ledger
from benchmarks.mixed import table
from benchmarks.site import KINDS, Site, memory, processes
from tests.factories import make_dataset, make_run

ROOT = Path(__file__).resolve().parents[2]


class TestMixed:
    @pytest.mark.slow
    def test_two_people_meet_with_no_error(self, tmp_path: Path) -> None:
        kept = tmp_path / "mixed.json"
        command = [
            sys.executable,
            "-m",
            "benchmarks.mixed",
            "--minutes",
            "0.4",
            "--people",
            "2",
            "--results",
            str(kept),
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        found = json.loads(kept.read_text())
        assert found["done"]["sign-ins"] >= 2
        assert found["done"]["uploads"] >= 1
        assert found["requests"]["pages"]["requests"] >= 4
        assert found["memory"]["web workers"]["per_hour"] != 0
        assert (
            min(found["memory"][kind]["0.4"] for kind in ("web workers", "worker children", "PostgreSQL")) > 1
        )
        assert "| **errors** | **0** |" in done.stdout


@pytest.mark.django_db(transaction=True)
class TestBrowser:
    @pytest.fixture
    def signed_in_browser(self, live_url: str) -> Browser:
        """A browser in which ada is signed in."""
        User.objects.create_user("ada", password="lantern-river-4711")
        browser = Browser(int(live_url.rpartition(":")[2]), Ledger())
        form = browser.get("/accounts/login/").form("login")
        page = browser.submit(form, {"username": "ada", "password": "lantern-river-4711"})
        assert page.name == "datasets"
        return browser

    def test_fills_in_a_form_as_it_stands(self, signed_in_browser: Browser) -> None:
        ada = User.objects.get()
        dataset = make_run(make_dataset(ada, songs=6), clusters=2).dataset
        form = signed_in_browser.get(f"/datasets/{dataset.pk}/runs/new/").form("run_new")
        sent = dict(form.filled({"k": "3"}))
        assert (sent["algorithm"], sent["k"], sent["missing"]) == ("kmeans", "3", "drop")
        assert [value for name, value in form.sends if name == "features"] == dataset.usual_features
        assert "hdbscan" in form.choices["algorithm"]
        page = signed_in_browser.submit(
            signed_in_browser.get(f"/datasets/{dataset.pk}/").form("dataset_rename"), {"name": "Evenings"}
        )
        assert page.name == "dataset"
        assert "Evenings" in page.text

    def test_takes_only_what_was_expected(self, signed_in_browser: Browser) -> None:
        dataset = make_dataset(User.objects.create_user("bob"), songs=6)
        with pytest.raises(Unexpected, match=f"404 from /datasets/{dataset.pk}/"):
            signed_in_browser.get(f"/datasets/{dataset.pk}/")
        assert signed_in_browser.get(f"/datasets/{dataset.pk}/", expect=(404,)).status == 404
        with pytest.raises(Unexpected, match="200 from /"):
            signed_in_browser.get("/", expect=(404,))

    def test_reads_what_a_page_complains_of(self, signed_in_browser: Browser) -> None:
        form = signed_in_browser.get("/upload/").form("upload")
        page = signed_in_browser.submit(form, file=("empty.csv", b""), expect=(422,))
        assert "“empty.csv” is empty (0 bytes)." in page.complaints
        assert {asked.kind for asked in signed_in_browser.ledger.asked} == {
            "signing in and out",
            "pages",
            "uploads",
        }


class TestProcesses:
    def test_has_every_kind_before_the_first_worker_starts(self, tmp_path: Path) -> None:
        found = processes(Site(0, os.getpid(), tmp_path / "log"), tmp_path)
        assert tuple(found) == KINDS
        assert memory(found)["worker children"] == 0


class TestTable:
    def test_says_what_went_wrong(self) -> None:
        ledger = Ledger()
        ledger.did("uploads")
        ledger.refuse("a broken file")
        ledger.fault("ada", "browse", "500 from /")
        sizes = {"0.5": 100.0, "1.5": 110.0, "3": 111.4, "per_hour": -2.6}
        found = {
            "machine": {"date": "2026-11-27", "cores": 2, "cpu": "CPU", "memory_gb": 8, "python": "3.11"},
            "minutes": 3,
            "people": 2,
            "jobs": {"succeeded": 1200},
            "second_attempts": 0,
            "stuck": ["Find groups: a is running in 'Grouping', attempt 1"],
            "memory": {"web workers": sizes},
            **ledger.numbers(),
        }
        said = list(table(found))
        assert "| uploads | 1 |" in said
        assert "| refusals that were asked for | 1 |" in said
        assert "| **errors** | **1** |" in said
        assert "| **stuck jobs** | **1** |" in said
        assert "| jobs succeeded | 1,200 |" in said
        assert said[-1] == "| web workers | 100 | 110 | 111 | -3 |"
