"""What people cause: one function per thing a person can do, in modules by what it is done to.

Each writes its rows in one transaction and hands new jobs to the workers on commit.
Errors that the person can mend are ``SongFileError`` and ``AnalysisError``.
"""

from clustering.actions.additions import add_file, place_added_songs, start_addition
from clustering.actions.comparisons import compare_runs
from clustering.actions.datasets import delete_dataset, rename_dataset, share_dataset
from clustering.actions.jobs import cancel_job, retry_job
from clustering.actions.playlist_edits import (
    add_song,
    lock_song,
    move_song,
    order_playlist,
    remove_song,
    undo_playlist,
)
from clustering.actions.playlists import (
    PlaylistOptions,
    delete_playlist,
    make_playlist,
    remake_playlist,
    rename_playlist,
)
from clustering.actions.runs import delete_run, pin_run, rename_cluster, run_again, start_run
from clustering.actions.sharing import end_share_link, make_share_link
from clustering.actions.sweeps import start_run_of_sweep, start_sweep
from clustering.actions.two_factor import (
    CodeError,
    begin_two_factor,
    reset_two_factor,
    turn_off_two_factor,
    turn_on_two_factor,
    use_code,
)
from clustering.actions.uploads import (
    PREVIEW_ROWS,
    Preview,
    propose_preview,
    start_import,
    upload_file,
    upload_sample,
)

__all__ = [
    "PREVIEW_ROWS",
    "CodeError",
    "PlaylistOptions",
    "Preview",
    "add_file",
    "add_song",
    "begin_two_factor",
    "cancel_job",
    "compare_runs",
    "delete_dataset",
    "delete_playlist",
    "delete_run",
    "end_share_link",
    "lock_song",
    "make_playlist",
    "make_share_link",
    "move_song",
    "order_playlist",
    "pin_run",
    "place_added_songs",
    "propose_preview",
    "remake_playlist",
    "remove_song",
    "rename_cluster",
    "rename_dataset",
    "rename_playlist",
    "reset_two_factor",
    "retry_job",
    "run_again",
    "share_dataset",
    "start_addition",
    "start_import",
    "start_run",
    "start_run_of_sweep",
    "start_sweep",
    "turn_off_two_factor",
    "turn_on_two_factor",
    "undo_playlist",
    "upload_file",
    "upload_sample",
    "use_code",
]
