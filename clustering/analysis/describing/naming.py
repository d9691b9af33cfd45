"""Putting a cluster's profile into words, no more precise than the evidence."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from clustering.analysis.describing.profiles import Profile
from clustering.analysis.features import feature_named

STANDS_OUT = 0.5
"""The smallest Cohen's d that makes a word: a medium effect (Cohen 1988)."""

NEARLY_ALL = 0.9
"""From this share on a group is the dataset: what stands out is how odd the few others are, and not its own sound."""

NAME_WORDS = 2
"""Words in a name, unless more are needed to tell it from another's."""

SENTENCE_FEATURES = 3
"""Features whose numbers are in the sentence."""

KINDS = (
    ("speechiness", 0.66, "Mostly spoken"),
    ("speechiness", 0.33, "Rap and spoken"),
    ("liveness", 0.8, "Mostly live"),
    ("instrumentalness", 0.5, "Mostly instrumental"),
)
"""Spotify's documented thresholds: most of the songs of a group are of a kind where its median is above."""

MOODS = {
    (True, True): "Upbeat",
    (True, False): "Intense",
    (False, True): "Easygoing",
    (False, False): "Melancholy",
}
"""The mood that much or little energy and much or little valence make."""

HALFWAY = 0.5
"""A group has a mood where its median energy and valence lie on the right side of the middle of their scales."""

MIXED = "Mixed"
NOISE_LABEL = "No group"
OUTSIDE = "Songs that fit no group because too few others are close to them. Scores leave them out."


@dataclass(frozen=True, slots=True)
class ClusterName:
    """A cluster's generated name, unique within its run, and one plain sentence about it."""

    name: str
    sentence: str


def name_clusters(profiles: Sequence[Profile], *, scaled: Collection[str] = ()) -> tuple[ClusterName, ...]:
    """Name each cluster by what makes its songs different from the others.

    Effects are relative, and so are their words: "calmer". A word that is not ("mostly instrumental") is given only
    where the median of the cluster bears it out.

    Parameters
    ----------
    profiles : sequence of Profile
        All clusters of one run.
    scaled : collection of str
        The features whose values were scaled before they came: they have no unit, and no threshold holds for them.

    Returns
    -------
    tuple of ClusterName
        In the same order. "Mixed" where no feature stands out or nearly all songs are in it, "No group" for the
        songs that are in none.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering.analysis.partition import fit_kmeans
    >>> from clustering.analysis.describing.profiles import ProfileColumns, build_profiles
    >>> songs = np.array([[0.1], [0.2], [0.3], [0.8], [0.9]])
    >>> columns = ProfileColumns.of(songs, ["energy"])
    >>> for name in name_clusters(build_profiles(songs, songs, fit_kmeans(songs, 2, seed=0), columns)):
    ...     print(name.name, "–", name.sentence)
    Calmer – Calmer (0.20 vs 0.46 overall).
    More energetic – More energetic (0.85 vs 0.46 overall).
    """
    total = sum(profile.size for profile in profiles)
    features = list(profiles[0].means) if profiles else []
    overall = {
        name: sum(profile.size * profile.means[name] for profile in profiles) / total for name in features
    }
    taken: set[str] = set()
    names = []
    for profile in profiles:
        if profile.is_noise:
            names.append(ClusterName(NOISE_LABEL, OUTSIDE))
            continue
        name = _unique(profile, taken, scaled)
        taken.add(name)
        names.append(ClusterName(name, _sentence(profile, overall, scaled)))
    return tuple(names)


def _standing_out(profile: Profile) -> list[str]:
    """Return the features that stand out, the strongest first; none of a group that holds nearly everything."""
    if profile.share >= NEARLY_ALL:
        return []
    strong = [name for name, effect in profile.effects.items() if abs(effect) >= STANDS_OUT]
    return sorted(strong, key=lambda name: -abs(profile.effects[name]))


def _word(profile: Profile, name: str) -> str:
    feature = feature_named(name)
    return feature.more if profile.effects[name] > 0 else feature.less


def _kind(profile: Profile, strong: Sequence[str], scaled: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """Return what most of the songs are, and the features that say so; or nothing."""
    for name, threshold, kind in KINDS:
        if (
            name in strong
            and name not in scaled
            and profile.effects[name] > 0
            and profile.medians[name] > threshold
        ):
            return kind, (name,)
    if {"energy", "valence"} <= set(strong) - set(scaled):
        much = profile.effects["energy"] > 0, profile.effects["valence"] > 0
        if much == (profile.medians["energy"] > HALFWAY, profile.medians["valence"] > HALFWAY):
            return MOODS[much], ("energy", "valence")
    return "", ()


def _unique(profile: Profile, taken: set[str], scaled: Collection[str]) -> str:
    strong = _standing_out(profile)
    kind, said = _kind(profile, strong, scaled)
    words = [_word(profile, name) for name in strong if name not in said]
    name = ""
    for count in range(min(NAME_WORDS, len(words)), len(words) + 1):
        name = _capitalised(", ".join(filter(None, [kind, *words[:count]])))
        if name and name not in taken:
            return name
    name, number = name or MIXED, 2
    if name not in taken:
        return name
    while f"{name} {number}" in taken:
        number += 1
    return f"{name} {number}"


def _sentence(profile: Profile, overall: Mapping[str, float], scaled: Collection[str]) -> str:
    strong = _standing_out(profile)
    if profile.share >= NEARLY_ALL:
        return "Nearly all songs, so close to the average."
    if not strong:
        return "Close to the average of all songs: no feature stands out."
    parts: list[str] = []
    for name in strong[:SENTENCE_FEATURES]:
        compared = "" if name in scaled else _compared(profile, name, overall[name], is_first=not parts)
        parts.append(f"{_word(profile, name)}{compared}")
    return f"{_capitalised(_joined(parts))}."


def _compared(profile: Profile, name: str, usual: float, *, is_first: bool) -> str:
    """Return the numbers that the word for a feature rests on, unless they read the same."""
    feature = feature_named(name)
    own, others = feature.format(profile.means[name]), feature.format(usual)
    return f" ({own} vs {others}{' overall' if is_first else ''})" if own != others else ""


def _joined(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
