"""The tables, and the only methods that change a row's state."""

from clustering.models.api_token import ApiToken
from clustering.models.assignment import Assignment, MemberList
from clustering.models.audit import AuditEntry
from clustering.models.catalog import Artist, Catalog, Genre, GenreCounts, SongText, SongVector
from clustering.models.cluster import Cluster
from clustering.models.comparison import RunComparison
from clustering.models.dataset import Dataset, Upload
from clustering.models.explore import ExploreView, SongColumn
from clustering.models.fill import Fill, FillMatch
from clustering.models.job import Job
from clustering.models.kept_answer import KeptAnswer
from clustering.models.pending_deletion import PendingDeletion
from clustering.models.playlist import Playlist, PlaylistSong, PlaylistStep
from clustering.models.run import Run
from clustering.models.second_factor import Authenticator, RecoveryCodes
from clustering.models.share import ShareLink
from clustering.models.song import Song
from clustering.models.submission import Submission
from clustering.models.sweep import Sweep, SweepCandidate, SweepSample
from clustering.models.webhook import Webhook, WebhookDelivery
from clustering.models.worker import Worker

__all__ = [
    "ApiToken",
    "Artist",
    "Assignment",
    "AuditEntry",
    "Authenticator",
    "Catalog",
    "Cluster",
    "Dataset",
    "ExploreView",
    "Fill",
    "FillMatch",
    "Genre",
    "GenreCounts",
    "Job",
    "KeptAnswer",
    "MemberList",
    "PendingDeletion",
    "Playlist",
    "PlaylistSong",
    "PlaylistStep",
    "RecoveryCodes",
    "Run",
    "RunComparison",
    "ShareLink",
    "Song",
    "SongColumn",
    "SongText",
    "SongVector",
    "Submission",
    "Sweep",
    "SweepCandidate",
    "SweepSample",
    "Upload",
    "Webhook",
    "WebhookDelivery",
    "Worker",
]
