"""The addresses of songs, artists, genres and the search."""

from django.urls import path

from clustering.web.library import views

urlpatterns = [
    path("datasets/<int:dataset_id>/artists/", views.artists, name="artists"),
    path("datasets/<int:dataset_id>/genres/", views.genres, name="genres"),
    path("datasets/<int:dataset_id>/decades/", views.decades, name="decades"),
    path("datasets/<int:dataset_id>/similar/", views.similar_songs, name="similar_songs"),
    path("search/", views.search, name="search"),
    path("songs/<int:song_id>/", views.song, name="song"),
    path("songs/<int:song_id>/artist/", views.song_artist, name="song_artist"),
    path("artists/<int:artist_id>/", views.artist, name="artist"),
    path("genres/<int:genre_id>/", views.genre, name="genre"),
]
