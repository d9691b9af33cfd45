"""The Celery application, which carries the ids of jobs to workers. What a job does is the app's business."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_process_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicclust.settings")

app = Celery("musicclust")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["clustering.jobs"])


NICENESS = 10
"""How much worker processes stand back where others want the same core: somebody waits for a page, few for a run."""


@worker_init.connect
def load_scikit_learn(**_signal: Any) -> None:
    """Load scikit-learn before worker processes are forked: they share its memory, and no job waits for it."""
    import sklearn.cluster
    import sklearn.mixture  # noqa: F401 – loading it is all


@worker_process_init.connect
def share_the_cores(**_signal: Any) -> None:
    """Give each worker process its part of the cores, or their BLAS and OpenMP threads fight over them.

    Where it shares a machine with the web server, pages come first.
    """
    from threadpoolctl import threadpool_limits

    threads = settings.THREADS_PER_WORKER
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)  # for the libraries that are not loaded yet
    threadpool_limits(threads)
    os.nice(NICENESS)
