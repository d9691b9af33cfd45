"""The addresses of the pages; a page's name is its view's, its template's and its query's."""

from django.urls import path

from clustering.views import (
    dataset,
    datasets,
    jobs,
    playlist,
    playlists,
    run_clusters,
    run_files,
    run_new,
    run_tabs,
    upload,
)

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
    path("playlists/", playlists.playlists, name="playlists"),
    path("playlists/new/", playlists.playlist_new, name="playlist_new"),
    path("datasets/<int:dataset_id>/playlists/count/", playlists.playlist_count, name="playlist_count"),
    path(
        "datasets/<int:dataset_id>/playlists/from-songs/",
        playlists.playlist_from_songs,
        name="playlist_from_songs",
    ),
    path("playlists/<int:playlist_id>/", playlist.playlist, name="playlist"),
    path("playlists/<int:playlist_id>/edit/", playlist.playlist_edit, name="playlist_edit"),
    path("playlists/<int:playlist_id>/undo/", playlist.playlist_undo, name="playlist_undo"),
    path("playlists/<int:playlist_id>/order/", playlist.playlist_order, name="playlist_order"),
    path("playlists/<int:playlist_id>/remake/", playlist.playlist_remake, name="playlist_remake"),
    path("playlists/<int:playlist_id>/rename/", playlist.playlist_rename, name="playlist_rename"),
    path("playlists/<int:playlist_id>/delete/", playlist.playlist_delete, name="playlist_delete"),
    path("playlists/<int:playlist_id>/playlist.<str:ending>", playlist.playlist_file, name="playlist_file"),
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
