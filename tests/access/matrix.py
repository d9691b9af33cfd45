"""Who may ask for what: one line for each address of the site. A new address is one new line.

``get(OWNER)`` says that GET is answered, and for whom; ``get(VIEWER) | post(OWNER)`` that both are. Every other
method has to be refused. A name with ``*`` stands for all that match and have no line of their own.

An address that names an object of a new kind (``<int:playlist_id>``) also needs a line in ``world.py``.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

# The people. `shared` stands for what is let in where the dataset is shown to everybody who signs in.
PEOPLE = ("anonymous", "owner", "other", "staff", "root")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

# Who is let in. Who is not, is sent to sign in or told that there is no such thing.
ANYBODY = frozenset(PEOPLE)
SIGNED_IN = ANYBODY - {"anonymous"}
OWNER = SIGNED_IN - {"other"}  # the object's owner, and staff
VIEWER = OWNER | {"shared"}  # the same, and where the dataset is shared everybody who signs in
STAFF = frozenset({"staff", "root"})
ROOT = frozenset({"root"})  # staff with the permissions of the administration
MINE = frozenset({"owner"})  # not even staff for others
NOBODY: frozenset[str] = frozenset()

Rule = dict[str, frozenset[str]]


def get(who: frozenset[str]) -> Rule:
    """Say who may read."""
    return {"GET": who}


def post(who: frozenset[str]) -> Rule:
    """Say who may write."""
    return {"POST": who}


def form(who: frozenset[str]) -> Rule:
    """Say who may read and write; Django's own form views take PUT for POST."""
    return {"GET": who, "POST": who, "PUT": who}


def every(who: frozenset[str]) -> Rule:
    """Say the same of each method: Django's administration takes an unknown one for reading."""
    return dict.fromkeys(METHODS, who)


ADDRESSES: dict[str, Rule] = {
    # the site
    "healthz": get(ANYBODY),
    "readyz": get(ANYBODY),
    "metrics": get(NOBODY),  # except with the token
    "status": get(STAFF),
    "login": get(ANYBODY) | post(ANYBODY),
    "logout": post(ANYBODY),
    "sign_in": get(ANYBODY),
    "password_change": form(SIGNED_IN),
    "password_change_done": get(SIGNED_IN),
    "two_factor_code": get(STAFF) | post(STAFF),
    "two_factor": get(STAFF) | post(STAFF),
    "two_factor_off": get(STAFF) | post(STAFF),
    "tokens": get(SIGNED_IN) | post(SIGNED_IN),
    "token_end": post(MINE),  # staff end those of others in the administration
    "webhooks": get(SIGNED_IN) | post(SIGNED_IN),
    "webhook_turn": post(MINE),  # staff do it in the administration
    "webhook_delete": post(MINE),
    "api:docs": get(ANYBODY),
    "api:openapi": get(ANYBODY),
    # datasets
    "account": get(SIGNED_IN),
    "activity": get(SIGNED_IN),
    "job_notices": get(SIGNED_IN),
    "help": get(ANYBODY),
    "datasets": get(SIGNED_IN),
    "try_sample": post(SIGNED_IN),
    "upload": get(SIGNED_IN) | post(SIGNED_IN),
    "dataset": get(VIEWER),
    "dataset_quality": get(VIEWER),
    "dataset_features": get(VIEWER),
    "columns": get(OWNER) | post(OWNER),
    "rejected_rows": get(VIEWER),
    "dataset_files": get(VIEWER),
    "songs_add": get(OWNER) | post(OWNER),
    "songs_add_columns": get(OWNER) | post(OWNER),
    "dataset_csv": get(VIEWER),
    # a fill shows songs of its source, which may be its owner's alone
    "fills": get(OWNER) | post(OWNER),
    "fill_upload": post(OWNER),
    "fill": get(OWNER),
    "fill_apply": post(OWNER),
    "fill_undo": post(OWNER),
    "fill_discard": post(OWNER),
    "fill_ambiguous": get(OWNER) | post(OWNER),
    "fill_unmatched": get(OWNER),
    "dataset_rename": post(OWNER),
    "dataset_share": post(OWNER),
    "dataset_delete": post(OWNER),
    # runs
    "run_new": get(OWNER) | post(OWNER),
    "run_guards": post(OWNER),
    "sweeps": get(VIEWER),
    "sweep_new": get(OWNER) | post(OWNER),
    "sweep": get(VIEWER),
    "sweep_run": post(OWNER),
    "sweep_delete": post(OWNER),
    "run_overview": get(VIEWER),
    "run_with_k": post(OWNER),
    "run_rename": post(OWNER),
    "run_compare": get(VIEWER),
    "run_metrics": get(VIEWER),
    "run_visualizations": get(VIEWER),
    "run_insights": get(VIEWER),
    "cluster": get(VIEWER),
    "cluster_features": get(VIEWER),
    "cluster_reliability": get(VIEWER),
    "dataset_runs": get(VIEWER),
    "run_pin": post(OWNER),
    "compare_runs": post(VIEWER),
    "comparison": get(VIEWER),
    "comparison_songs": get(VIEWER),
    "comparison_csv": get(VIEWER),
    "cluster_songs": get(VIEWER),
    "cluster_rename": post(OWNER),
    "run_csv": get(VIEWER),
    "run_parquet": get(VIEWER),
    "run_profiles": get(VIEWER),
    "run_notebook": get(VIEWER),
    "run_script": get(VIEWER),
    "run_delete": post(OWNER),
    "run_added": get(VIEWER),
    "run_place_added": post(OWNER),
    "run_map": get(VIEWER),  # it only leads to where the map is now
    "explore": get(VIEWER),
    "explore_points": get(VIEWER),
    "explore_column": get(VIEWER),
    "explore_marks": get(VIEWER),
    "explore_rows": get(VIEWER),
    "explore_song": get(VIEWER),
    "explore_csv": get(VIEWER),
    "explore_keep": post(VIEWER),
    "explore_view_delete": post(MINE),
    # playlists: a dataset that is shown to others gives them its songs, not its owner's lists
    "playlists": get(SIGNED_IN),
    "playlist_new": get(SIGNED_IN) | post(SIGNED_IN),
    "playlist_count": post(VIEWER),
    "playlist_from_songs": post(VIEWER),
    "playlist_import": get(VIEWER) | post(VIEWER),
    "song_playlists": get(VIEWER) | post(VIEWER),
    "playlist": get(OWNER),
    "playlist_file": get(OWNER),
    "playlist_edit": post(OWNER),
    "playlist_undo": post(OWNER),
    "playlist_order": post(OWNER),
    "playlist_remake": post(OWNER),
    "playlist_rename": post(OWNER),
    "playlist_delete": post(OWNER),
    "run_share": get(OWNER) | post(OWNER),
    "run_share_end": post(OWNER),
    "shared_run": get(ANYBODY),
    # songs, artists, genres
    "search": get(SIGNED_IN),
    "song": get(VIEWER),
    "song_artist": get(VIEWER),
    "similar_songs": get(VIEWER),
    "artists": get(VIEWER),
    "artist": get(VIEWER),
    "genres": get(VIEWER),
    "genre": get(VIEWER),
    "decades": get(VIEWER),
    # jobs
    "jobs": get(SIGNED_IN),
    "job": get(OWNER),
    "job_cancel": post(OWNER),
    "job_retry": post(OWNER),
    # the administration: our tables are looked at, and changed only through actions
    "admin:login": form(ANYBODY),
    "admin:logout": every(ANYBODY - STAFF) | post(ANYBODY),  # who is not in is led to the start page
    "admin:index": every(STAFF),
    "admin:jsi18n": get(STAFF),
    "admin:password_change": form(STAFF),
    "admin:password_change_done": get(STAFF),
    "admin:autocomplete": get(NOBODY),
    "admin:app_list": every(ROOT),
    "admin:view_on_site": every(NOBODY),
    "admin:/": every(NOBODY),
    "admin:auth_*": every(ROOT),
    "admin:*_add": every(NOBODY),
    "admin:*_delete": every(NOBODY),
    "admin:*_changelist": every(ROOT),
    "admin:*_history": every(ROOT),
    "admin:*_change": {method: ROOT if method != "POST" else NOBODY for method in METHODS},
    "admin:*/": every(STAFF),
}


# The API, by tokens: who may read and write what. The people are the same as above.
API: dict[str, Rule] = {
    "api:datasets": get(SIGNED_IN),
    "api:dataset": get(VIEWER) | {"PATCH": OWNER, "DELETE": OWNER},
    "api:quality": get(VIEWER),
    "api:uploads": post(SIGNED_IN),
    "api:dataset_uploads": get(VIEWER) | post(OWNER),
    "api:upload": get(VIEWER),
    "api:upload_import": post(OWNER),
    "api:upload_read": post(OWNER),
    "api:upload_quality": get(VIEWER),
    "api:upload_rejected": get(VIEWER),
    "api:dataset_fills": get(OWNER) | post(OWNER),
    "api:dataset_csv": get(VIEWER),
    "api:fill": get(OWNER) | {"PATCH": OWNER, "DELETE": OWNER},
    "api:fill_apply": post(OWNER),
    "api:fill_undo": post(OWNER),
    "api:fill_ambiguous": get(OWNER),
    "api:fill_unmatched": get(OWNER),
    "api:dataset_runs": get(VIEWER) | post(OWNER),
    "api:run": get(VIEWER) | {"PATCH": OWNER, "DELETE": OWNER},
    "api:run_place": post(OWNER),
    "api:clusters": get(VIEWER),
    "api:cluster": get(VIEWER) | {"PATCH": OWNER},
    "api:cluster_songs": get(VIEWER),
    "api:run_csv": get(VIEWER),
    "api:run_parquet": get(VIEWER),
    "api:run_arrow": get(VIEWER),
    "api:run_profiles": get(VIEWER),
    "api:dataset_advice": get(VIEWER) | post(OWNER),
    "api:advice": get(VIEWER),
    "api:advice_runs": post(OWNER),
    "api:comparisons": post(SIGNED_IN),
    "api:comparison": get(VIEWER),
    "api:comparison_songs": get(VIEWER),
    "api:songs": get(VIEWER),
    "api:song": get(VIEWER),
    "api:similar": get(VIEWER),
    "api:search": get(SIGNED_IN),
    "api:artists": get(VIEWER),
    "api:artist": get(VIEWER),
    "api:artist_songs": get(VIEWER),
    "api:genres": get(VIEWER),
    "api:genre": get(VIEWER),
    "api:playlists": get(SIGNED_IN) | post(VIEWER),  # who may see the dataset that the body names
    "api:playlist": get(OWNER) | {"PATCH": OWNER, "DELETE": OWNER},
    "api:playlist_order": post(OWNER),
    "api:playlist_remake": post(OWNER),
    "api:playlist_undo": post(OWNER),
    "api:playlist_songs": post(OWNER),
    "api:playlist_song": {"DELETE": OWNER},
    "api:playlist_file": get(OWNER),
    "api:jobs": get(SIGNED_IN),
    "api:job": get(OWNER),
    "api:job_cancel": post(OWNER),
    "api:job_retry": post(OWNER),
    "api:tokens": get(SIGNED_IN),
    "api:token": {"DELETE": MINE},  # staff end those of others in the administration
    "api:webhooks": get(SIGNED_IN) | post(SIGNED_IN),
    "api:webhook": get(MINE)
    | {"PATCH": MINE, "DELETE": MINE},  # staff turn those of others off in the administration
    "api:deliveries": get(MINE),
    "api:nothing": {},
}


def rule_for(name: str) -> Rule | None:
    """Return the line of an address: its own, else the first pattern that fits."""
    return ADDRESSES.get(name) or next(
        (rule for pattern, rule in ADDRESSES.items() if fnmatchcase(name, pattern)), None
    )
