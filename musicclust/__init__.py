"""The project: settings, addresses, the entry point of Celery, and the private servers."""
