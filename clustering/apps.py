"""The app's place in Django."""

from django.apps import AppConfig


class ClusteringConfig(AppConfig):
    """The one app."""

    name = "clustering"
    verbose_name = "Clustering"

    def ready(self) -> None:
        """Hear of what happens to accounts, and have tasks belong to the project's Celery."""
        import musicclust.celery  # noqa: F401 – makes its application the current one
        from clustering.actions import accounts

        accounts.connect()
