"""The settings of the tests: the project's own, on private servers in a data folder of their own."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Set before the project's settings are read: neither the environment nor a .env file changes the tests.
os.environ |= {
    "DATA_DIR": os.environ.get("TEST_DATA_DIR", str(ROOT / ".data-test")),
    "DATABASE_URL": "",
    "REDIS_URL": "",
    "DEBUG": "false",
    "HTTPS": "false",
    "SECRET_KEY": "only-for-tests",
}

# Where several processes run tests, there is one for each core. Threads of NumPy and scikit-learn would wait for one
# another, which on a busy machine takes ten times as long as the work.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

from musicclust.settings import *  # noqa: E402, F403
from musicclust.settings import CELERY_BROKER_URL, DATA_DIR, DATABASES, SERVERS  # noqa: E402

# Processes that run tests at the same time in one data folder do not meet, whether they belong to one run or to
# several: each has its own database, broker number and uploads. Workers of one run never share a broker number.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
RUN_PID = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
DATABASES["default"] |= {"CONN_MAX_AGE": 0, "TEST": {"NAME": f"test_{os.getpid()}"}}
CELERY_BROKER_URL = f"{CELERY_BROKER_URL}?virtual_host={(RUN_PID + int(WORKER[2:])) % 16}"
MEDIA_ROOT = DATA_DIR / f"uploads-{os.getpid()}"
SERVERS.durable = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
# Static files are looked for when asked for: a test's client would else list a thousand of them first.
WHITENOISE_AUTOREFRESH = True
