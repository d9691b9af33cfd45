"""What the views of a run ask before they show it."""

import pytest

from clustering.web.runs.access import latest_job
from tests.factories import make_job, make_run


@pytest.mark.django_db
class TestLatestJob:
    def test_is_the_one_that_makes_the_results(self):
        run = make_run()
        assert latest_job(run) is None

        making = make_job(run.owner, run=run, kind="cluster")
        make_job(run.owner, run=run, kind="delete_run")

        assert latest_job(run) == making
