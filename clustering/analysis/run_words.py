"""A few words for a run's settings, by which runs of one dataset are told apart."""

from clustering.analysis.features import feature_named
from clustering.analysis.partition import ALGORITHMS
from clustering.analysis.presets import PRESETS
from clustering.analysis.run_settings import RunSettings

FEW_FEATURES = 2
MAX_WORDS_LENGTH = 60


def settings_words(settings: RunSettings) -> str:
    """Say in a few words what is unusual about settings.

    Parameters
    ----------
    settings : RunSettings
        The settings of a run.

    Returns
    -------
    str
        The preset or the few features, the algorithm, weights and a sample; nothing for the usual settings.

    Examples
    --------
    >>> settings_words(RunSettings())
    ''
    >>> settings_words(RunSettings(features=("tempo",), algorithm="mixture"))
    'tempo, Gaussian mixture'
    >>> mood = PRESETS["mood"]
    >>> settings_words(RunSettings(features=tuple(mood.weights), weights=mood.weights))
    'mood'
    """
    usual = RunSettings()
    words = [_features(settings)]
    if settings.algorithm != usual.algorithm:
        words.append(ALGORITHMS[settings.algorithm].label)
    if settings.sample_size is not None:
        words.append("sample")
    return ", ".join(filter(None, words))[:MAX_WORDS_LENGTH]


def _features(settings: RunSettings) -> str:
    for preset in PRESETS.values():
        if _weights(settings) == dict(preset.weights):
            return preset.label.lower()
    if 0 < len(settings.features) <= FEW_FEATURES:
        return " and ".join(feature_named(name).label.lower() for name in settings.features)
    return "weighted" if any(weight != 1 for weight in settings.weights.values()) else ""


def _weights(settings: RunSettings) -> dict[str, float]:
    return {name: float(settings.weights.get(name, 1)) for name in settings.features}
