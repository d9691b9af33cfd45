"""The Celery application, which carries the ids of jobs to workers. What a job does is the app's business."""

from __future__ import annotations

import gc
import importlib
import os
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_process_init
from click import Option
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicclust.settings")

app = Celery("musicclust")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["clustering.jobs"])


NICENESS = 10
"""How much worker processes stand back where others want the same core: somebody waits for a page, few for a run."""

HEAVY = ("pyarrow.csv", "pyarrow.parquet", "sklearn.cluster", "sklearn.mixture", "scipy.stats")
"""What jobs import inside functions."""


@worker_init.connect
def load_libraries(**_signal: Any) -> None:
    """Load everything before worker processes are forked: they share its memory, and no job waits for it."""
    import django

    django.setup(set_prefix=False)
    from clustering.jobs import kinds

    kinds.registry()
    for name in HEAVY:
        importlib.import_module(name)
    # a collection in a child would write into each object, and so copy what is shared
    gc.collect()
    gc.freeze()


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


app.steps["worker"].add("musicclust.worker:RegularChecks")
app.user_options["worker"].add(
    Option(["--with-checks"], is_flag=True, help="Do what is regularly due without beat.")
)
