"""The tables, and the only methods that change a row's state."""

from clustering.models.dataset import Dataset, Upload
from clustering.models.job import Job
from clustering.models.playlist import Playlist, PlaylistSong, PlaylistStep
from clustering.models.run import Assignment, Cluster, Run, RunCandidate
from clustering.models.song import Song

__all__ = [
    "Assignment",
    "Cluster",
    "Dataset",
    "Job",
    "Playlist",
    "PlaylistSong",
    "PlaylistStep",
    "Run",
    "RunCandidate",
    "Song",
    "Upload",
]
