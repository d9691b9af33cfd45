"""The app's place in Django."""

from django.apps import AppConfig


class ClusteringConfig(AppConfig):
    """The one app."""

    name = "clustering"
    verbose_name = "Clustering"
