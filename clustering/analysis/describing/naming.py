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
    ("speechiness", 0.66, "Spoken word"),
    ("liveness", 0.8, "Live"),
    ("instrumentalness", 0.5, "Instrumental"),
)
"""Spotify's documented thresholds: above them a song is probably made of speech, live, without vocals."""

MOODS = {
    (True, True): "Upbeat",
    (True, False): "Intense",
    (False, True): "Easygoing",
    (False, False): "Melancholy",
}
"""The mood that much or little energy and much or little valence make."""

MIXED = "Mixed"
NOISE_LABEL = "No group"


@dataclass(frozen=True, slots=True)
class ClusterName:
    """A cluster's generated name, unique within its run, and one plain sentence about it."""

    name: str
    sentence: str


def name_clusters(profiles: Sequence[Profile], *, scaled: Collection[str] = ()) -> tuple[ClusterName, ...]:
    """Name each cluster by what makes its songs different from the others.

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
    Calm – Calm songs: energy 0.20 (dataset 0.46); 60 % of all songs.
    Energetic – Energetic songs: energy 0.85 (dataset 0.46); 40 % of all songs.
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
            names.append(ClusterName(NOISE_LABEL, _outside(profile)))
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
    return feature.high_word if profile.effects[name] > 0 else feature.low_word


def _kind(profile: Profile, strong: Sequence[str], scaled: Collection[str]) -> tuple[str, str]:
    """Return what the songs are before any adjective, and the feature that says so; or two empty texts."""
    for name, threshold, kind in KINDS:
        if (
            name in strong
            and name not in scaled
            and profile.effects[name] > 0
            and profile.means[name] > threshold
        ):
            return kind, name
    if "energy" in strong and "valence" in strong:
        return MOODS[profile.effects["energy"] > 0, profile.effects["valence"] > 0], ""
    return "", ""


def _joined(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _unique(profile: Profile, taken: set[str], scaled: Collection[str]) -> str:
    strong = _standing_out(profile)
    kind, said = _kind(profile, strong, scaled)
    words = [_word(profile, name) for name in strong if name != said]
    name = ""
    for count in range(min(NAME_WORDS, len(words)), len(words) + 1):
        adjectives = _joined(words[:count])
        name = f"{kind}: {adjectives}" if kind and adjectives else kind or _capitalised(adjectives)
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
    share = f"{_percent(profile.share)} of all songs"
    if profile.share >= NEARLY_ALL:
        return f"Nearly the whole dataset, and so close to its average; {share}."
    if not strong:
        return f"Songs close to the average of the dataset, with no feature that stands out; {share}."
    numbers = []
    for name in strong[:SENTENCE_FEATURES]:
        feature = feature_named(name)
        if name in scaled:
            side = "above" if profile.effects[name] > 0 else "below"
            numbers.append(f"{feature.inside} {side} average")
            continue
        mean, usual = feature.format(profile.means[name]), feature.format(overall[name])
        numbers.append(f"{feature.inside} {mean} (dataset {usual})")
    words = _joined([_word(profile, name) for name in strong[:NAME_WORDS]])
    return f"{_capitalised(words)} songs: {', '.join(numbers)}; {share}."


def _outside(profile: Profile) -> str:
    return (
        f"Songs between the groups, close to too few others: {_percent(profile.share)} of all songs. They are no "
        "kind of music of their own, and no score counts them."
    )


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _percent(share: float) -> str:
    return "less than 1 %" if share < 0.01 else f"{share:.0%}".replace("%", " %")
