"""The addresses of Explore, and the old ones of the map."""

from django.urls import path

from clustering.web.explore import views

urlpatterns = [
    path("datasets/<int:dataset_id>/explore/", views.explore, name="explore"),
    path("datasets/<int:dataset_id>/explore/points", views.explore_points, name="explore_points"),
    path("datasets/<int:dataset_id>/explore/column", views.explore_column, name="explore_column"),
    path("datasets/<int:dataset_id>/explore/marks", views.explore_marks, name="explore_marks"),
    path("datasets/<int:dataset_id>/explore/rows", views.explore_rows, name="explore_rows"),
    path("datasets/<int:dataset_id>/explore/song", views.explore_song, name="explore_song"),
    path("datasets/<int:dataset_id>/explore/songs.csv", views.explore_csv, name="explore_csv"),
    path("datasets/<int:dataset_id>/explore/keep", views.explore_keep, name="explore_keep"),
    path("explore/views/<int:view_id>/delete", views.explore_view_delete, name="explore_view_delete"),
    path("runs/<int:run_id>/map/", views.explore_old_map, name="run_map"),
]
