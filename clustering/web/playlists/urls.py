"""The addresses of playlists."""

from django.urls import path

from clustering.web.playlists.views import playlist, playlist_import, playlist_new, playlists, song_playlists

urlpatterns = [
    path("playlists/", playlists.playlists, name="playlists"),
    path("playlists/new/", playlist_new.playlist_new, name="playlist_new"),
    path("datasets/<int:dataset_id>/playlists/count/", playlist_new.playlist_count, name="playlist_count"),
    path(
        "datasets/<int:dataset_id>/playlists/from-songs/",
        playlist_new.playlist_from_songs,
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
    path("songs/<int:song_id>/playlists/", song_playlists.song_playlists, name="song_playlists"),
]
