"""The application's settings, with the regular check every two seconds: a killed worker's job does not wait long."""

from musicclust.settings import *  # noqa: F403 – all of them, but for the few below
from musicclust.settings import CELERY_BEAT_SCHEDULE

CELERY_BEAT_SCHEDULE = {"reap": CELERY_BEAT_SCHEDULE["reap"] | {"schedule": 2.0}}
