"""The addresses of the pages; a page's name is its view's, its template's and its query's."""

from django.urls import path

from clustering.views import dataset, datasets, jobs, run_clusters, run_files, run_new, run_tabs, upload

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
    path("runs/<int:run_id>/", run_tabs.run_overview, name="run_overview"),
    path("runs/<int:run_id>/metrics/", run_tabs.run_metrics, name="run_metrics"),
    path("runs/<int:run_id>/pictures/", run_tabs.run_pictures, name="run_pictures"),
    path("runs/<int:run_id>/insights/", run_tabs.run_insights, name="run_insights"),
    path("runs/<int:run_id>/clusters/<int:index>/", run_clusters.cluster_songs, name="cluster_songs"),
    path("runs/<int:run_id>/clusters/<int:index>/rename", run_clusters.cluster_rename, name="cluster_rename"),
    path("runs/<int:run_id>/songs.csv", run_files.run_csv, name="run_csv"),
    path("runs/<int:run_id>/songs.parquet", run_files.run_parquet, name="run_parquet"),
    path("runs/<int:run_id>/profiles.json", run_files.run_profiles, name="run_profiles"),
    path("runs/<int:run_id>/delete", run_files.run_delete, name="run_delete"),
]
