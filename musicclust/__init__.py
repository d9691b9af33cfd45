"""The project: settings, addresses, the entry point of Celery, and the private servers."""

from .celery import app as celery_app

__all__ = ("__version__", "celery_app")

__version__ = "0.2.0"
