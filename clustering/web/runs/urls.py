"""The addresses of runs, their groups, and comparisons of two."""

from django.urls import path

from clustering.web.runs.views import (
    added,
    cluster,
    comparison,
    files,
    insights,
    metrics,
    name,
    new,
    overview,
    share,
    visualizations,
)

urlpatterns = [
    path("datasets/<int:dataset_id>/compare", comparison.compare_runs, name="compare_runs"),
    path("comparisons/<int:comparison_id>/", comparison.comparison, name="comparison"),
    path(
        "comparisons/<int:comparison_id>/<int:source>/<int:target>/",
        comparison.comparison_songs,
        name="comparison_songs",
    ),
    path(
        "comparisons/<int:comparison_id>/<int:source>/<int:target>.csv",
        comparison.comparison_csv,
        name="comparison_csv",
    ),
    path("datasets/<int:dataset_id>/runs/new/", new.run_new, name="run_new"),
    path("datasets/<int:dataset_id>/runs/new/guards/", new.run_guards, name="run_guards"),
    path("runs/<int:run_id>/", overview.run_overview, name="run_overview"),
    path("runs/<int:run_id>/rename", name.run_rename, name="run_rename"),
    path("runs/<int:run_id>/compare/", comparison.run_compare, name="run_compare"),
    path("runs/<int:run_id>/groups", overview.run_with_k, name="run_with_k"),
    path("runs/<int:run_id>/metrics/", metrics.run_metrics, name="run_metrics"),
    path("runs/<int:run_id>/pictures/", visualizations.run_visualizations, name="run_visualizations"),
    path("runs/<int:run_id>/insights/", insights.run_insights, name="run_insights"),
    path("runs/<int:run_id>/added/", added.run_added, name="run_added"),
    path("runs/<int:run_id>/added/place", added.run_place_added, name="run_place_added"),
    path("runs/<int:run_id>/clusters/<int:index>/", cluster.cluster, name="cluster"),
    path(
        "runs/<int:run_id>/clusters/<int:index>/features/", cluster.cluster_features, name="cluster_features"
    ),
    path(
        "runs/<int:run_id>/clusters/<int:index>/reliability/",
        cluster.cluster_reliability,
        name="cluster_reliability",
    ),
    path("runs/<int:run_id>/clusters/<int:index>/songs/", cluster.cluster_songs, name="cluster_songs"),
    path("runs/<int:run_id>/clusters/<int:index>/rename", cluster.cluster_rename, name="cluster_rename"),
    path("runs/<int:run_id>/songs.csv", files.run_csv, name="run_csv"),
    path("runs/<int:run_id>/songs.parquet", files.run_parquet, name="run_parquet"),
    path("runs/<int:run_id>/profiles.json", files.run_profiles, name="run_profiles"),
    path("runs/<int:run_id>/share/", share.run_share, name="run_share"),
    path("runs/<int:run_id>/share/<int:link_id>/end/", share.run_share_end, name="run_share_end"),
    path("shared/<str:link>/", share.shared_run, name="shared_run"),
    path("runs/<int:run_id>/notebook.ipynb", files.run_notebook, name="run_notebook"),
    path("runs/<int:run_id>/notebook.py", files.run_script, name="run_script"),
    path("runs/<int:run_id>/delete", overview.run_delete, name="run_delete"),
]
