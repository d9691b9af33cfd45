"""The addresses of all pages, area by area."""

from django.urls import include, path

AREAS = ("datasets", "fills", "runs", "explore", "advice", "library", "playlists", "site")

urlpatterns = [path("", include(f"clustering.web.{area}.urls")) for area in AREAS]
