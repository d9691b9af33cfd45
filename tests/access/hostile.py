"""Words that want to be more, in every row."""

from __future__ import annotations

from clustering.models import Cluster, Dataset, Job, Playlist, Run, Song, Upload, Worker
from tests.factories import make_model

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'`{{ 7 }}\u2028\u202etxt."
LONG = "ا" * 150


def make_hostile() -> None:
    """Call everything by words that want to be more."""
    name = HOSTILE
    Dataset.objects.update(name=name[:200])
    Upload.objects.update(original_name=name[:255])
    Song.objects.update(title=name, artist=LONG, album=name, external_id=name, genres=[name, LONG])
    Cluster.objects.update(
        own_name=name[:100],
        generated_name=name[:200],
        sentence=name,
        genres=[{"genre": name, "count": 2, "share": 0.5, "lift": 2.0}],
    )
    Job.objects.update(subject=name[:250], error=name, stage=name[:60])
    Playlist.objects.update(name=name[:100])
    Run.objects.update(model=make_model(axis_words=[name, LONG]), versions={name: name})
    Worker.see("here")
    for dataset in Dataset.objects.all():
        dataset.warn(name)
