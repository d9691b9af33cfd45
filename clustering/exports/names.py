"""What the files that people take away are called."""

from __future__ import annotations

import re

from django.utils.text import slugify

from clustering.models import Dataset, Run

MAX_NAME_LENGTH = 80
_DASHES = re.compile("[\u2010-\u2015/·]")


def file_name(run: Run, ending: str, *, part: str = "") -> str:
    """Return a name from the dataset's and the run's, so that files of two runs can be told apart."""
    return "-".join(filter(None, [name_stem(run), plain_name(part)])) + f".{ending}"


def name_stem(run: Run) -> str:
    """Return what the names of all files of a run begin with; a dataset's name in another script becomes "songs"."""
    dataset = plain_name(run.dataset.name) or "songs"
    return f"{dataset}-{plain_name(run.own_name) or plain_name(run.generated_name)}"


def plain_name(words: str) -> str:
    """Return words as a file's name has them: the dash of "2000–2019" stays one."""
    return slugify(_DASHES.sub("-", words))[:MAX_NAME_LENGTH].strip("-")


def chosen_songs_name(dataset: Dataset, run: Run | None, ending: str) -> str:
    """Return a name for some songs of a dataset, as a run placed them."""
    if run is not None:
        return file_name(run, ending, part="chosen-songs")
    return f"{plain_name(dataset.name) or 'songs'}-chosen-songs.{ending}"
