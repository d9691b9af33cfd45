"""Songs of which it is known what they hold: families of one cloud, and families of groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Songs = NDArray[np.float32]
Floats = NDArray[np.float64]
Make = Callable[[np.random.Generator], Floats]


@dataclass(frozen=True)
class Family:
    """Songs that are made from a random generator.

    Attributes
    ----------
    name : str
    make : callable
    groups : tuple of int
        The numbers of groups that there are, several where groups are nested; empty for one cloud.
    fresh : bool
        Whether the family was kept back while the rule was made.
    """

    name: str
    make: Make
    groups: tuple[int, ...] = ()
    fresh: bool = False

    def draw(self, seed: int) -> Songs:
        """Make the songs of a seed, standardized."""
        songs = self.make(np.random.default_rng(seed))
        scaled: Songs = ((songs - songs.mean(axis=0)) / songs.std(axis=0)).astype(np.float32)
        return scaled


def correlated(rng: np.random.Generator, count: int, features: int = 10) -> Floats:
    """Draw standard normal features that are correlated as those of music are: by two factors of random weight."""
    weights = rng.normal(0, 1, (2, features)) * [[0.9], [0.6]]
    songs = rng.normal(size=(count, 2)) @ weights + rng.normal(0, 0.7, (count, features))
    drawn: Floats = songs / np.sqrt(np.square(weights).sum(axis=0) + 0.49)
    return drawn


def equally_correlated(rng: np.random.Generator, count: int, features: int, r: float) -> Floats:
    """Draw standard normal features of which every two are correlated by r."""
    drawn: Floats = np.sqrt(r) * rng.normal(size=(count, 1)) + np.sqrt(1 - r) * rng.normal(
        size=(count, features)
    )
    return drawn


def to_ranks(songs: Floats) -> Floats:
    """Spread each feature evenly from 0 to 1, in the order that it has."""
    return (songs.argsort(axis=0).argsort(axis=0) + 0.5) / len(songs)


def box(songs: int) -> Make:
    """Return ten features that are spread evenly."""
    return lambda rng: rng.random((songs, 10))


def round_gaussian(rng: np.random.Generator) -> Floats:
    """Draw a round Gaussian cloud."""
    return rng.normal(size=(2000, 10))


def correlated_gaussian(rng: np.random.Generator) -> Floats:
    """Draw a Gaussian cloud with correlations like those of music."""
    return correlated(rng, 2000)


def strongly_correlated(rng: np.random.Generator) -> Floats:
    """Draw a Gaussian cloud in which all features are correlated by 0.8."""
    return equally_correlated(rng, 2000, 10, 0.8)


def lognormal(rng: np.random.Generator) -> Floats:
    """Draw a correlated cloud with skewed features."""
    return np.exp(0.5 * correlated(rng, 2000))


def very_skewed(rng: np.random.Generator) -> Floats:
    """Draw a correlated cloud with very skewed features."""
    return np.exp(correlated(rng, 2000))


def beta_margins(rng: np.random.Generator) -> Floats:
    """Draw a correlated cloud with skewed features between 0 and 1."""
    drawn: Floats = to_ranks(correlated(rng, 2000)) ** np.array([1, 1.5, 2, 3, 0.5, 0.7, 1, 2, 0.4, 1])
    return drawn


def uniform_margins(rng: np.random.Generator) -> Floats:
    """Draw a correlated cloud with evenly spread features."""
    return to_ranks(correlated(rng, 2000))


def simplex(corners: int) -> Make:
    """Return shares that add up to one, evenly spread."""
    return lambda rng: rng.dirichlet(np.ones(corners), 2000)[:, : max(corners - 1, 2)]


def three_features(rng: np.random.Generator) -> Floats:
    """Draw a Gaussian cloud of three features correlated by 0.75."""
    return equally_correlated(rng, 2000, 3, 0.75)


def two_features(rng: np.random.Generator) -> Floats:
    """Draw a Gaussian cloud of two features correlated by 0.8."""
    return equally_correlated(rng, 2000, 2, 0.8)


def mostly_zero(rng: np.random.Generator) -> Floats:
    """Draw a correlated cloud of which one feature is zero for most songs."""
    songs = correlated(rng, 2000)
    songs[:, 0] = np.exp(np.maximum(songs[:, 0], 0.7)) - np.exp(0.7)
    return songs


def fifty_songs(rng: np.random.Generator) -> Floats:
    """Draw fifty songs of a correlated cloud."""
    return correlated(rng, 50)


def hundred_songs(rng: np.random.Generator) -> Floats:
    """Draw a hundred songs of a correlated cloud."""
    return correlated(rng, 100)


def six_hours(rng: np.random.Generator) -> Floats:
    """Draw a correlated cloud with one song that lasts six hours."""
    songs = correlated(rng, 2000)
    songs[0, 0] = 200
    return songs


def repeats(rng: np.random.Generator) -> Floats:
    """Draw a hundred songs of a correlated cloud, twenty times each."""
    return np.repeat(correlated(rng, 100), 20, axis=0)


def horseshoe(rng: np.random.Generator) -> Floats:
    """Draw a cloud bent to half a ring."""
    angle = rng.uniform(0, np.pi, 2000)
    bent = np.c_[np.cos(angle), np.sin(angle)] * rng.normal(4, 0.6, (2000, 1))
    drawn: Floats = np.c_[bent, rng.normal(size=(2000, 3))]
    return drawn


def places_apart(rng: np.random.Generator, count: int, features: int, nearest: float, reach: float) -> Floats:
    """Return random places of which no two are nearer than so much."""
    while True:
        places = rng.uniform(-reach, reach, (count, features))
        gaps = np.linalg.norm(places[:, None] - places[None], axis=2)[np.triu_indices(count, 1)]
        if gaps.min() >= nearest:
            return places


def blobs(groups: int, songs: int, features: int = 10, nearest: float = 8.0) -> Make:
    """Return round groups of equal size at random places."""

    def make(rng: np.random.Generator) -> Floats:
        places = places_apart(rng, groups, features, nearest, 6.0)
        return places[np.arange(songs) % groups] + rng.normal(size=(songs, features))

    return make


def shares(*percent: int) -> Make:
    """Return round groups of unequal size, eight deviations apart or more."""

    def make(rng: np.random.Generator) -> Floats:
        places = places_apart(rng, len(percent), 10, 8.0, 6.0)
        which = np.repeat(np.arange(len(percent)), np.array(percent) * 20)
        return places[which] + rng.normal(size=(len(which), 10))

    return make


def nested(songs: int) -> Make:
    """Return three groups far apart, each of three that are nearer to each other, along axes turned at random."""

    def make(rng: np.random.Generator) -> Floats:
        axes = np.linalg.qr(rng.normal(size=(10, 10)))[0]
        fine = np.concatenate([20 * axes[:3][i] + 6 * axes[3:6] for i in range(3)])
        return fine[np.arange(songs) % 9] + rng.normal(size=(songs, 10))

    return make


def elongated(rng: np.random.Generator) -> Floats:
    """Draw four groups, each three times as long as wide in a direction of its own."""
    places = places_apart(rng, 4, 10, 10.0, 6.0)
    groups = [rng.normal(size=(500, 10)) for _ in range(4)]
    for group in groups:
        axis = rng.normal(size=10)
        axis /= np.linalg.norm(axis)
        group += 2 * (group @ axis)[:, None] * axis
    return np.concatenate([place + group for place, group in zip(places, groups, strict=True)])


def unequal_widths(rng: np.random.Generator) -> Floats:
    """Draw four groups, the widest three times as wide as the narrowest."""
    places = places_apart(rng, 4, 10, 12.0, 8.0)
    widths = np.array([0.7, 1.0, 1.4, 2.1])
    which = np.arange(2000) % 4
    return places[which] + widths[which, None] * rng.normal(size=(2000, 10))


def in_one_feature(rng: np.random.Generator) -> Floats:
    """Draw two groups in one of ten features, five deviations apart."""
    songs = rng.normal(size=(2000, 10))
    songs[::2, 0] += 5
    return songs


def on_a_cloud(rng: np.random.Generator) -> Floats:
    """Draw five groups, each correlated as music is."""
    places = places_apart(rng, 5, 10, 9.0, 6.0)
    return places[np.arange(2000) % 5] + correlated(rng, 2000)


def moons(rng: np.random.Generator) -> Floats:
    """Draw two half rings that reach into each other."""
    angle = rng.uniform(0, np.pi, 1000)
    upper = np.c_[np.cos(angle), np.sin(angle)]
    songs = np.concatenate([upper, [1, 0.5] - upper])
    return songs + rng.normal(0, 0.08, songs.shape)


def t_copula(rng: np.random.Generator) -> Floats:
    """Draw a correlated cloud whose tails depend on each other, with skewed features between 0 and 1."""
    heavy = correlated(rng, 1500) / np.sqrt(rng.chisquare(3, (1500, 1)) / 3)
    drawn: Floats = to_ranks(heavy) ** np.array([1, 2, 0.5, 3, 1, 0.4, 1.5, 1, 0.7, 2])
    return drawn


def heavy_tails(rng: np.random.Generator) -> Floats:
    """Draw a correlated cloud with heavy tails: Student's t with three degrees of freedom."""
    return correlated(rng, 1500) / np.sqrt(rng.chisquare(3, (1500, 1)) / 3)


def clayton(rng: np.random.Generator) -> Floats:
    """Draw five features that go together where they are low, and not where they are high."""
    together = rng.gamma(0.5, size=(1500, 1))
    return (1 + rng.exponential(size=(1500, 5)) / together) ** -0.5


def parabola(rng: np.random.Generator) -> Floats:
    """Draw a cloud bent along a parabola, in ten features."""
    songs = rng.normal(size=(1500, 10))
    songs[:, 0] = rng.uniform(-2, 2, 1500)
    songs[:, 1] = songs[:, 0] ** 2 + 0.5 * songs[:, 1]
    return songs


def ring(rng: np.random.Generator) -> Floats:
    """Draw a closed ring in five features."""
    angle = rng.uniform(0, 2 * np.pi, 1500)
    around = np.c_[np.cos(angle), np.sin(angle)] * rng.normal(4, 0.6, (1500, 1))
    drawn: Floats = np.c_[around, rng.normal(size=(1500, 3))]
    return drawn


def whole_percents(rng: np.random.Generator) -> Floats:
    """Draw seven correlated features in whole percents, of which two are zero for most songs."""
    shares = to_ranks(correlated(rng, 900, 7)) ** np.array([1, 1, 0.6, 2, 12, 3, 4])
    shares[:, 5] = np.maximum(shares[:, 5] - 0.4, 0)
    drawn: Floats = np.floor(100 * shares)
    return drawn


def shared_exponential(rng: np.random.Generator) -> Floats:
    """Draw four exponential features that share a part."""
    return rng.exponential(size=(1500, 1)) + rng.exponential(size=(1500, 4))


def of_steps(rng: np.random.Generator) -> Floats:
    """Draw a correlated cloud with a feature of 0 and 1 and one of twelve steps, as mode and key."""
    songs = correlated(rng, 1500)
    songs[:, 0] = songs[:, 0] > 0.4
    songs[:, 1] = np.floor(12 * to_ranks(songs[:, 1:2])[:, 0])
    return songs


def in_two_features(rng: np.random.Generator) -> Floats:
    """Draw four groups in two of ten features, six deviations apart."""
    songs = rng.normal(size=(2000, 10))
    which = np.arange(2000) % 4
    songs[:, 0] += 6 * (which % 2)
    songs[:, 1] += 6 * (which // 2)
    return songs


def two_by_two(rng: np.random.Generator) -> Floats:
    """Draw two groups far apart, each of two that are nearer to each other."""
    axes = np.linalg.qr(rng.normal(size=(10, 10)))[0]
    which = np.arange(1500) % 4
    drawn: Floats = (
        20 * (which // 2)[:, None] * axes[0]
        + 7 * (which % 2)[:, None] * axes[1]
        + rng.normal(size=(1500, 10))
    )
    return drawn


def heavy_tailed_groups(rng: np.random.Generator) -> Floats:
    """Draw three groups with heavy tails: Student's t with five degrees of freedom."""
    places = places_apart(rng, 3, 10, 11.0, 6.0)
    return places[np.arange(1500) % 3] + rng.standard_t(5, (1500, 10))


def skewed_groups(rng: np.random.Generator) -> Floats:
    """Draw four groups with skewed features."""
    places = places_apart(rng, 4, 8, 9.0, 6.0)
    return places[np.arange(1500) % 4] + np.exp(0.6 * rng.normal(size=(1500, 8))) * 1.2


def own_correlations(rng: np.random.Generator) -> Floats:
    """Draw six groups, each with correlations of its own."""
    places = places_apart(rng, 6, 10, 10.0, 6.0)
    return np.concatenate([place + correlated(rng, 250) for place in places])


def cigars(rng: np.random.Generator) -> Floats:
    """Draw two long groups side by side."""
    songs = rng.normal(size=(1500, 3)) * [6, 1, 1]
    songs[::2, 1] += 7
    return songs


def near_pair(rng: np.random.Generator) -> Floats:
    """Draw two groups that touch, 4.5 deviations apart in ten features."""
    songs = rng.normal(size=(1500, 10))
    songs[::2, :3] += 4.5 / np.sqrt(3)
    return songs


def overlapping_five(rng: np.random.Generator) -> Floats:
    """Draw five groups that overlap, each two 4.5 deviations apart."""
    axes = np.linalg.qr(rng.normal(size=(10, 10)))[0]
    drawn: Floats = 4.5 / np.sqrt(2) * axes[np.arange(1500) % 5] + rng.normal(size=(1500, 10))
    return drawn


CLOUDS = {
    "box": Family("Evenly spread, 5,000 songs", box(5000)),
    "box-500": Family("Evenly spread, 500 songs", box(500)),
    "round": Family("Round Gaussian", round_gaussian),
    "correlated": Family("Gaussian correlated like music", correlated_gaussian),
    "r8": Family("Gaussian, all correlations 0.8", strongly_correlated),
    "lognormal": Family("Skewed, correlated", lognormal),
    "very-skewed": Family("Very skewed, correlated", very_skewed),
    "beta": Family("Skewed between 0 and 1, correlated", beta_margins),
    "uniform": Family("Evenly spread features, correlated", uniform_margins),
    "simplex-10": Family("Simplex of ten corners", simplex(10)),
    "simplex-3": Family("Simplex of three corners", simplex(3)),
    "three-features": Family("Three features correlated by 0.75", three_features),
    "two-features-r8": Family("Two features correlated by 0.8", two_features),
    "mostly-zero": Family("One feature mostly zero", mostly_zero),
    "fifty": Family("50 songs, correlated", fifty_songs),
    "hundred": Family("100 songs, correlated", hundred_songs),
    "six-hours": Family("One song of six hours", six_hours),
    "repeats": Family("100 songs, twenty times each", repeats),
    "horseshoe": Family("Bent to half a ring", horseshoe),
    "ring": Family("Bent to a ring", ring),
    "parabola": Family("Bent along a parabola", parabola),
    "heavy-tails": Family("Heavy tails, correlated", heavy_tails),
    "t-copula": Family("Tails that depend, skewed", t_copula, fresh=True),
    "clayton": Family("Dependent where low only", clayton, fresh=True),
    "percents": Family("Whole percents, two features mostly zero", whole_percents, fresh=True),
    "exponential": Family("Four exponential features that share a part", shared_exponential, fresh=True),
    "steps": Family("With features of two and of twelve values", of_steps, fresh=True),
}

GROUPS = {
    "five": Family("Five groups, 2,000 songs", blobs(5, 2000), (5,)),
    "five-500": Family("Five groups, 500 songs", blobs(5, 500), (5,)),
    "three-30": Family("Three groups of ten songs", blobs(3, 30), (3,)),
    "three-60": Family("Three groups of twenty songs", blobs(3, 60), (3,)),
    "twelve": Family("Twelve groups", blobs(12, 2400), (12,)),
    "95-5": Family("95 and 5 %", shares(95, 5), (2,)),
    "90-8-2": Family("90, 8 and 2 %", shares(90, 8, 2), (3,)),
    "80-10-5-3-2": Family("80, 10, 5, 3 and 2 %", shares(80, 10, 5, 3, 2), (5,)),
    "elongated": Family("Four elongated groups", elongated, (4,)),
    "unequal-widths": Family("Four groups of unequal width", unequal_widths, (4,)),
    "one-feature": Family("Two groups in one of ten features", in_one_feature, (2,)),
    "on-a-cloud": Family("Five groups, each correlated", on_a_cloud, (5,)),
    "nested": Family("Three groups of three, 1,800 songs", nested(1800), (3, 9)),
    "nested-500": Family("Three groups of three, 500 songs", nested(500), (3, 9)),
    "moons": Family("Two moons", moons, (2,)),
    "near-pair": Family("Two groups that touch", near_pair, (2,)),
    "overlapping": Family("Five groups that overlap", overlapping_five, (5,)),
    "fifteen": Family("Fifteen groups", blobs(15, 2250), (15,), fresh=True),
    "two-features-of-ten": Family("Four groups in two of ten features", in_two_features, (4,), fresh=True),
    "two-by-two": Family("Two groups of two", two_by_two, (2, 4), fresh=True),
    "heavy-groups": Family("Three groups with heavy tails", heavy_tailed_groups, (3,), fresh=True),
    "skewed-groups": Family("Four groups with skewed features", skewed_groups, (4,), fresh=True),
    "own-correlations": Family(
        "Six groups with correlations of their own", own_correlations, (6,), fresh=True
    ),
    "cigars": Family("Two long groups side by side", cigars, (2,), fresh=True),
}
FAMILIES = CLOUDS | GROUPS
