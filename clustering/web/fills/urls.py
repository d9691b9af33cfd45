"""The addresses of filling in features from another table."""

from django.urls import path

from clustering.web.fills import views

urlpatterns = [
    path("datasets/<int:dataset_id>/fill/", views.fills, name="fills"),
    path("datasets/<int:dataset_id>/fill/upload/", views.fill_upload, name="fill_upload"),
    path("datasets/<int:dataset_id>/songs.csv", views.dataset_csv, name="dataset_csv"),
    path("fills/<int:fill_id>/", views.fill, name="fill"),
    path("fills/<int:fill_id>/apply/", views.fill_apply, name="fill_apply"),
    path("fills/<int:fill_id>/undo/", views.fill_undo, name="fill_undo"),
    path("fills/<int:fill_id>/discard/", views.fill_discard, name="fill_discard"),
    path("fills/<int:fill_id>/ambiguous/", views.fill_ambiguous, name="fill_ambiguous"),
    path("fills/<int:fill_id>/unmatched.csv", views.fill_unmatched, name="fill_unmatched"),
]
