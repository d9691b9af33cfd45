"""A client of the REST API of MusicClust.

>>> from musicclust_client import Client
>>> client = Client("https://music.example.org", "mct_…")
>>> client
Client('https://music.example.org')
"""

from musicclust_client.client import Client
from musicclust_client.datasets import Dataset, Upload
from musicclust_client.errors import ApiError, JobError, MusicClustError, NoAnswerError, StillRunningError
from musicclust_client.pending import Pending
from musicclust_client.runs import Run

__all__ = [
    "ApiError",
    "Client",
    "Dataset",
    "JobError",
    "MusicClustError",
    "NoAnswerError",
    "Pending",
    "Run",
    "StillRunningError",
    "Upload",
]
