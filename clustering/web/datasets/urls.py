"""The addresses of datasets, their files and their list of runs."""

from django.urls import path

from clustering.web.datasets.views import columns, dataset, dataset_files, dataset_runs, datasets, upload

urlpatterns = [
    path("", datasets.datasets, name="datasets"),
    path("sample/", datasets.try_sample, name="try_sample"),
    path("upload/", upload.upload, name="upload"),
    path("datasets/<int:dataset_id>/", dataset.dataset, name="dataset"),
    path("datasets/<int:dataset_id>/quality/", dataset.dataset_quality, name="dataset_quality"),
    path("datasets/<int:dataset_id>/features/", dataset.dataset_features, name="dataset_features"),
    path("datasets/<int:dataset_id>/columns/", columns.columns, name="columns"),
    path(
        "datasets/<int:dataset_id>/rejected/<int:upload_id>.csv",
        dataset_files.rejected_rows,
        name="rejected_rows",
    ),
    path("datasets/<int:dataset_id>/files/", dataset_files.dataset_files, name="dataset_files"),
    path("datasets/<int:dataset_id>/add/", upload.songs_add, name="songs_add"),
    path("datasets/<int:dataset_id>/add/columns/", columns.songs_add_columns, name="songs_add_columns"),
    path("datasets/<int:dataset_id>/rename/", dataset.dataset_rename, name="dataset_rename"),
    path("datasets/<int:dataset_id>/share/", dataset.dataset_share, name="dataset_share"),
    path("datasets/<int:dataset_id>/delete/", dataset.dataset_delete, name="dataset_delete"),
    path("datasets/<int:dataset_id>/runs/", dataset_runs.dataset_runs, name="dataset_runs"),
    path("runs/<int:run_id>/pin", dataset_runs.run_pin, name="run_pin"),
]
