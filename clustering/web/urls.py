"""The addresses of the pages; a page's name is its view's, its template's and its query's."""

from django.urls import path

from clustering.web.advice import views
from clustering.web.datasets.views import additions, dataset, upload
from clustering.web.datasets.views import listing as datasets
from clustering.web.datasets.views import runs as dataset_runs
from clustering.web.library.views import catalog, search, song
from clustering.web.playlists.views import importing as playlist_import
from clustering.web.playlists.views import listing as playlists
from clustering.web.playlists.views import of_song as song_playlists
from clustering.web.playlists.views import playlist
from clustering.web.runs.views import added as run_added
from clustering.web.runs.views import clusters as run_clusters
from clustering.web.runs.views import comparisons
from clustering.web.runs.views import files as run_files
from clustering.web.runs.views import map as run_map
from clustering.web.runs.views import new as run_new
from clustering.web.runs.views import share as run_share
from clustering.web.runs.views import tabs as run_tabs
from clustering.web.site.views import account, activity, jobs, two_factor

urlpatterns = [
    path("", datasets.datasets, name="datasets"),
    path("sample/", datasets.try_sample, name="try_sample"),
    path("upload/", upload.upload, name="upload"),
    path("datasets/<int:dataset_id>/", dataset.dataset, name="dataset"),
    path("datasets/<int:dataset_id>/columns/", upload.columns, name="columns"),
    path(
        "datasets/<int:dataset_id>/rejected/<int:upload_id>.csv", dataset.rejected_rows, name="rejected_rows"
    ),
    path("datasets/<int:dataset_id>/files/", additions.dataset_files, name="dataset_files"),
    path("datasets/<int:dataset_id>/add/", additions.songs_add, name="songs_add"),
    path("datasets/<int:dataset_id>/add/columns/", additions.songs_add_columns, name="songs_add_columns"),
    path("datasets/<int:dataset_id>/rename/", dataset.dataset_rename, name="dataset_rename"),
    path("datasets/<int:dataset_id>/share/", dataset.dataset_share, name="dataset_share"),
    path("datasets/<int:dataset_id>/delete/", dataset.dataset_delete, name="dataset_delete"),
    path("datasets/<int:dataset_id>/runs/", dataset_runs.dataset_runs, name="dataset_runs"),
    path("datasets/<int:dataset_id>/compare", comparisons.compare_runs, name="compare_runs"),
    path("comparisons/<int:comparison_id>/", comparisons.comparison, name="comparison"),
    path(
        "comparisons/<int:comparison_id>/<int:source>/<int:target>/",
        comparisons.comparison_songs,
        name="comparison_songs",
    ),
    path(
        "comparisons/<int:comparison_id>/<int:source>/<int:target>.csv",
        comparisons.comparison_csv,
        name="comparison_csv",
    ),
    path("datasets/<int:dataset_id>/runs/new/", run_new.run_new, name="run_new"),
    path("datasets/<int:dataset_id>/runs/new/guards/", run_new.run_guards, name="run_guards"),
    path("playlists/", playlists.playlists, name="playlists"),
    path("playlists/new/", playlists.playlist_new, name="playlist_new"),
    path("datasets/<int:dataset_id>/playlists/count/", playlists.playlist_count, name="playlist_count"),
    path(
        "datasets/<int:dataset_id>/playlists/from-songs/",
        playlists.playlist_from_songs,
        name="playlist_from_songs",
    ),
    path(
        "datasets/<int:dataset_id>/playlists/import/", playlist_import.playlist_import, name="playlist_import"
    ),
    path("playlists/<int:playlist_id>/", playlist.playlist, name="playlist"),
    path("playlists/<int:playlist_id>/edit/", playlist.playlist_edit, name="playlist_edit"),
    path("playlists/<int:playlist_id>/undo/", playlist.playlist_undo, name="playlist_undo"),
    path("playlists/<int:playlist_id>/order/", playlist.playlist_order, name="playlist_order"),
    path("playlists/<int:playlist_id>/remake/", playlist.playlist_remake, name="playlist_remake"),
    path("playlists/<int:playlist_id>/rename/", playlist.playlist_rename, name="playlist_rename"),
    path("playlists/<int:playlist_id>/delete/", playlist.playlist_delete, name="playlist_delete"),
    path("playlists/<int:playlist_id>/playlist.<str:ending>", playlist.playlist_file, name="playlist_file"),
    path("account/", account.account, name="account"),
    path("account/two-factor/", two_factor.two_factor, name="two_factor"),
    path("account/two-factor/off/", two_factor.two_factor_off, name="two_factor_off"),
    path("activity/", activity.activity, name="activity"),
    path("datasets/<int:dataset_id>/sweeps/", views.sweeps, name="sweeps"),
    path("datasets/<int:dataset_id>/sweeps/new/", views.sweep_new, name="sweep_new"),
    path("sweeps/<int:sweep_id>/", views.sweep, name="sweep"),
    path("sweeps/<int:sweep_id>/run", views.sweep_run, name="sweep_run"),
    path("datasets/<int:dataset_id>/artists/", catalog.artists, name="artists"),
    path("datasets/<int:dataset_id>/genres/", catalog.genres, name="genres"),
    path("datasets/<int:dataset_id>/decades/", catalog.decades, name="decades"),
    path("datasets/<int:dataset_id>/similar/", song.similar_songs, name="similar_songs"),
    path("search/", search.search, name="search"),
    path("songs/<int:song_id>/", song.song, name="song"),
    path("songs/<int:song_id>/playlists/", song_playlists.song_playlists, name="song_playlists"),
    path("songs/<int:song_id>/artist/", song.song_artist, name="song_artist"),
    path("artists/<int:artist_id>/", catalog.artist, name="artist"),
    path("genres/<int:genre_id>/", catalog.genre, name="genre"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:job_id>/", jobs.job, name="job"),
    path("jobs/<int:job_id>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("jobs/<int:job_id>/retry/", jobs.job_retry, name="job_retry"),
    path("runs/<int:run_id>/", run_tabs.run_overview, name="run_overview"),
    path("runs/<int:run_id>/metrics/", run_tabs.run_metrics, name="run_metrics"),
    path("runs/<int:run_id>/pictures/", run_tabs.run_pictures, name="run_pictures"),
    path("runs/<int:run_id>/insights/", run_tabs.run_insights, name="run_insights"),
    path("runs/<int:run_id>/added/", run_added.run_added, name="run_added"),
    path("runs/<int:run_id>/added/place", run_added.run_place_added, name="run_place_added"),
    path("runs/<int:run_id>/map/", run_map.run_map, name="run_map"),
    path("runs/<int:run_id>/map/points", run_map.run_map_points, name="run_map_points"),
    path("runs/<int:run_id>/map/colors", run_map.run_map_colors, name="run_map_colors"),
    path("runs/<int:run_id>/map/song", run_map.run_map_song, name="run_map_song"),
    path("runs/<int:run_id>/map/search", run_map.run_map_search, name="run_map_search"),
    path("runs/<int:run_id>/map/sample", run_map.run_map_sample, name="run_map_sample"),
    path("runs/<int:run_id>/map/selection", run_map.run_map_selection, name="run_map_selection"),
    path("runs/<int:run_id>/map/songs.csv", run_map.run_map_csv, name="run_map_csv"),
    path("runs/<int:run_id>/clusters/<int:index>/", run_clusters.cluster, name="cluster"),
    path("runs/<int:run_id>/clusters/<int:index>/songs/", run_clusters.cluster_songs, name="cluster_songs"),
    path("runs/<int:run_id>/clusters/<int:index>/rename", run_clusters.cluster_rename, name="cluster_rename"),
    path("runs/<int:run_id>/songs.csv", run_files.run_csv, name="run_csv"),
    path("runs/<int:run_id>/songs.parquet", run_files.run_parquet, name="run_parquet"),
    path("runs/<int:run_id>/profiles.json", run_files.run_profiles, name="run_profiles"),
    path("runs/<int:run_id>/share/", run_share.run_share, name="run_share"),
    path("runs/<int:run_id>/share/<int:link_id>/end/", run_share.run_share_end, name="run_share_end"),
    path("shared/<str:link>/", run_share.shared_run, name="shared_run"),
    path("runs/<int:run_id>/pin", dataset_runs.run_pin, name="run_pin"),
    path("runs/<int:run_id>/notebook.ipynb", run_files.run_notebook, name="run_notebook"),
    path("runs/<int:run_id>/notebook.py", run_files.run_script, name="run_script"),
    path("runs/<int:run_id>/delete", run_files.run_delete, name="run_delete"),
]
