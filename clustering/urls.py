"""The addresses of the pages; a page's name is its view's, its template's and its query's."""

from django.urls import path

from clustering.views import datasets, jobs, upload

urlpatterns = [
    path("", datasets.datasets, name="datasets"),
    path("upload/", upload.upload, name="upload"),
    path("jobs/", jobs.jobs, name="jobs"),
]
