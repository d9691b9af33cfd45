"""The ways to group songs: what each is asked for, when it helps, how much it can take. Standard library only.

Forms and pages read this module in the web process, so nothing heavy may be imported here.
"""

from dataclasses import dataclass

WARD_SONGS = 10_000
"""Songs among which Ward's tree is grown: it compares all pairs, 0.8 GB for so many and four times as much for
twice as many, and cannot be stopped meanwhile. The other songs join the group whose center is nearest."""

HDBSCAN_SONGS = 20_000
"""The most songs that HDBSCAN is given: its time grows with their square, and it cannot be stopped meanwhile."""


UNSURE = 0.6
"""A song that belongs to its group less surely could as well be elsewhere."""

NO_LATER_SONGS = (
    "HDBSCAN has no rule for songs that come later: each new song can change where songs crowd. Run it again with "
    "all songs."
)


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One way to group songs.

    Attributes
    ----------
    name, label : str
        As in settings, and what pages call it.
    helps : str
        One or two plain sentences: what it does and when it is the better choice.
    asks_k : bool
        Whether the number of groups is chosen beforehand; otherwise the size of the smallest group is.
    most_songs : int or None
        The most songs it can take.
    by_centers : bool
        Whether a song's group is the one with the nearest center and nothing else: then the groups of a sample
        say of every song where it belongs.
    """

    name: str
    label: str
    helps: str
    asks_k: bool = True
    most_songs: int | None = None
    by_centers: bool = False


_ALL = (
    Algorithm(
        "kmeans",
        "K-Means",
        "Round groups of similar width around a centre each. Quick on any number of songs: a good start.",
        by_centers=True,
    ),
    Algorithm(
        "minibatch",
        "Mini-batch K-Means",
        "K-Means that looks at a few songs at a time. For millions of songs in a hurry; a little less exact.",
        by_centers=True,
    ),
    Algorithm(
        "bisecting",
        "Bisecting K-Means",
        "Halves the widest group again and again. For groups of more even size, and coarse ones that fine ones "
        "lie within.",
    ),
    Algorithm(
        "mixture",
        "Gaussian mixture",
        "Stretched and overlapping groups, with the probability that each song belongs. For music where one style "
        "shades into the next.",
    ),
    Algorithm(
        "ward",
        "Ward’s tree",
        "Joins the two most similar groups again and again, and draws the tree. For seeing how groups relate. "
        f"Above {WARD_SONGS:,} songs the tree is grown from a sample, and the others join the nearest group.",
    ),
    Algorithm(
        "hdbscan",
        "HDBSCAN",
        "Finds places where songs crowd, as many as there are, and leaves songs between them in no group. For "
        "finding tight scenes and odd ones out. Often there are none, or nearly all songs are left over. "
        f"For at most {HDBSCAN_SONGS:,} songs.",
        asks_k=False,
        most_songs=HDBSCAN_SONGS,
    ),
)

MIN_DEFAULT_CLUSTER_SIZE = 5
"""The smallest group that is looked for unless told otherwise; in larger datasets a hundredth of the songs."""

ALGORITHMS: dict[str, Algorithm] = {algorithm.name: algorithm for algorithm in _ALL}
"""Every way to group songs by name, in the order in which forms offer them."""


def usual_min_cluster_size(songs: int) -> int:
    """Return how many songs make a group where nobody says.

    Examples
    --------
    >>> usual_min_cluster_size(100), usual_min_cluster_size(20_000)
    (5, 200)
    """
    return max(MIN_DEFAULT_CLUSTER_SIZE, songs // 100)


def refusal(algorithm: str, songs: int) -> str:
    """Say why an algorithm cannot group so many songs, and what to do; nothing where it can.

    Examples
    --------
    >>> refusal("kmeans", 1_000_000)
    ''
    >>> refusal("hdbscan", 41_106)[:53]
    'HDBSCAN takes at most 20,000 songs, and there are 41,'
    """
    known = ALGORITHMS[algorithm]
    if known.most_songs is None or songs <= known.most_songs:
        return ""
    return (
        f"{known.label} takes at most {known.most_songs:,} songs, and there are {songs:,}: its time grows with the "
        "square of the songs. Upload a part of them, or choose Gaussian mixture or K-Means."
    )


def sample_refusal(algorithm: str) -> str:
    """Say why an algorithm cannot be fitted on a sample of a run's songs; nothing where it can.

    Examples
    --------
    >>> sample_refusal("kmeans"), sample_refusal("ward")[:46]
    ('', 'Ward’s tree cannot be fitted on a sample: its ')
    """
    known = ALGORITHMS[algorithm]
    if known.by_centers:
        return ""
    able = " or ".join(one.label for one in ALGORITHMS.values() if one.by_centers)
    return (
        f"{known.label} cannot be fitted on a sample: its centres alone do not say where the other songs belong. "
        f"Choose {able}, or all songs."
    )
