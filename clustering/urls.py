"""The addresses of the pages; a page's name is its view's, its template's and its query's."""

from django.urls import path

from clustering.views import dataset, datasets, jobs, run_new, upload

urlpatterns = [
    path("", datasets.datasets, name="datasets"),
    path("sample/", datasets.try_sample, name="try_sample"),
    path("upload/", upload.upload, name="upload"),
    path("datasets/<int:dataset_id>/", dataset.dataset, name="dataset"),
    path("datasets/<int:dataset_id>/columns/", upload.columns, name="columns"),
    path(
        "datasets/<int:dataset_id>/rejected/<int:upload_id>.csv", dataset.rejected_rows, name="rejected_rows"
    ),
    path("datasets/<int:dataset_id>/rename/", dataset.dataset_rename, name="dataset_rename"),
    path("datasets/<int:dataset_id>/share/", dataset.dataset_share, name="dataset_share"),
    path("datasets/<int:dataset_id>/delete/", dataset.dataset_delete, name="dataset_delete"),
    path("datasets/<int:dataset_id>/runs/new/", run_new.run_new, name="run_new"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:job_id>/", jobs.job, name="job"),
    path("jobs/<int:job_id>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("jobs/<int:job_id>/retry/", jobs.job_retry, name="job_retry"),
]
