"""What people cause: one function per thing a person can do, in modules by what it is done to.

Each writes its rows in one transaction and hands new jobs to the workers on commit.
Errors that the person can mend are ``SongFileError`` and ``AnalysisError``.
"""

from clustering.actions.datasets import delete_dataset, rename_dataset, share_dataset
from clustering.actions.jobs import cancel_job, retry_job
from clustering.actions.runs import delete_run, rename_cluster, run_again, start_run
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
    "Preview",
    "cancel_job",
    "delete_dataset",
    "delete_run",
    "propose_preview",
    "rename_cluster",
    "rename_dataset",
    "retry_job",
    "run_again",
    "share_dataset",
    "start_import",
    "start_run",
    "upload_file",
    "upload_sample",
]
