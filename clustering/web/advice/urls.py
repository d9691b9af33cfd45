"""The addresses of advice on the number of groups."""

from django.urls import path

from clustering.web.advice import views

urlpatterns = [
    path("datasets/<int:dataset_id>/sweeps/", views.sweeps, name="sweeps"),
    path("datasets/<int:dataset_id>/sweeps/new/", views.sweep_new, name="sweep_new"),
    path("sweeps/<int:sweep_id>/", views.sweep, name="sweep"),
    path("sweeps/<int:sweep_id>/run", views.sweep_run, name="sweep_run"),
    path("sweeps/<int:sweep_id>/delete/", views.sweep_delete, name="sweep_delete"),
]
