"""What a worker process does when it begins."""

import os
import subprocess
import sys

BEGIN = """
import os
from celery.signals import worker_process_init
from threadpoolctl import threadpool_info
import django
django.setup()
import musicclust.celery
import numpy, sklearn
worker_process_init.send(None)
from django.conf import settings
threads = {found["num_threads"] for found in threadpool_info()}
print(os.nice(0), threads == {settings.THREADS_PER_WORKER})
"""


def test_a_worker_process_takes_its_share_and_lets_pages_go_first() -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "-c", BEGIN], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    niceness, shares = done.stdout.split()
    assert int(niceness) >= min(19, os.nice(0) + 10)
    assert shares == "True"
