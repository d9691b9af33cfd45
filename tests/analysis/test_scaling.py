"""Scaling agrees with scikit-learn and refuses what would mislead."""

import json
from typing import Any

import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler, PowerTransformer, RobustScaler, StandardScaler

from clustering.analysis import AnalysisError
from clustering.analysis.scaling import SCALERS, Scaling, fit_scaling

NAMES = ("energy", "loudness", "tempo")


@pytest.fixture
def songs_of_three_scales() -> np.ndarray:
    rng = np.random.default_rng(1)
    return np.column_stack([rng.beta(2, 3, 300), rng.normal(-8, 4, 300), rng.uniform(60, 200, 300)])


class TestFitScaling:
    @pytest.mark.parametrize(
        ("scaler", "reference"),
        [
            ("standard", StandardScaler()),
            ("minmax", MinMaxScaler()),
            ("robust", RobustScaler()),
            ("yeo-johnson", PowerTransformer()),
        ],
    )
    def test_agrees_with_scikit_learn(
        self, songs_of_three_scales: np.ndarray, scaler: str, reference: Any
    ) -> None:
        scaled = fit_scaling(songs_of_three_scales, NAMES, scaler=scaler).transform(songs_of_three_scales)
        assert scaled.dtype == np.float32
        np.testing.assert_allclose(scaled, reference.fit_transform(songs_of_three_scales), atol=1e-6)

    def test_multiplies_by_weights_after_scaling(self, songs_of_three_scales: np.ndarray) -> None:
        plain = fit_scaling(songs_of_three_scales, NAMES).transform(songs_of_three_scales)
        weighted = fit_scaling(songs_of_three_scales, NAMES, weights={"energy": 3, "tempo": 0}).transform(
            songs_of_three_scales
        )
        np.testing.assert_allclose(weighted, plain * [3, 1, 0], rtol=1e-6)

    def test_names_a_constant_feature(self, songs_of_three_scales: np.ndarray) -> None:
        songs_of_three_scales[:, 1] = -5
        with pytest.raises(AnalysisError, match=r"Loudness \(loudness\) is constant.*-5\.0 dB"):
            fit_scaling(songs_of_three_scales, NAMES)

    def test_refuses_robust_for_a_narrow_middle(self, songs_of_three_scales: np.ndarray) -> None:
        songs_of_three_scales[:250, 0] = np.linspace(0, 0.001, 250)
        songs_of_three_scales[250:, 0] = 1
        with pytest.raises(AnalysisError, match=r"robust.*Energy.*under 1 %"):
            fit_scaling(songs_of_three_scales, NAMES, scaler="robust")

    @pytest.mark.parametrize(
        ("weights", "message"),
        [
            ({"energy": 0, "loudness": 0, "tempo": 0}, "All weights are zero"),
            ({"energy": -1}, "weight of energy must be between 0 and 5; it is -1"),
            ({"valence": 1}, "“valence” has a weight"),
        ],
    )
    def test_refuses_senseless_weights(
        self, songs_of_three_scales: np.ndarray, weights: dict[str, float], message: str
    ) -> None:
        with pytest.raises(AnalysisError, match=message):
            fit_scaling(songs_of_three_scales, NAMES, weights=weights)

    def test_counts_missing_values(self, songs_of_three_scales: np.ndarray) -> None:
        songs_of_three_scales[:4, 2] = np.nan
        with pytest.raises(AnalysisError, match="Tempo is missing for 4 of 300"):
            fit_scaling(songs_of_three_scales, NAMES)

    def test_refuses_no_songs_no_features_and_an_unknown_scaler(
        self, songs_of_three_scales: np.ndarray
    ) -> None:
        with pytest.raises(AnalysisError, match="No song has all"):
            fit_scaling(songs_of_three_scales[:0], NAMES)
        with pytest.raises(AnalysisError, match="No features"):
            fit_scaling(songs_of_three_scales[:, :0], ())
        with pytest.raises(AnalysisError, match="“quantile” is not a scaling method"):
            fit_scaling(songs_of_three_scales, NAMES, scaler="quantile")
        with pytest.raises(ValueError, match="for 1 features"):
            fit_scaling(songs_of_three_scales, ["energy"])


class TestScaling:
    @pytest.mark.parametrize("scaler", SCALERS)
    def test_survives_json(self, songs_of_three_scales: np.ndarray, scaler: str) -> None:
        scaling = fit_scaling(songs_of_three_scales, NAMES, scaler=scaler)
        again = Scaling.from_dict(json.loads(json.dumps(scaling.to_dict())))
        np.testing.assert_array_equal(
            again.transform(songs_of_three_scales), scaling.transform(songs_of_three_scales)
        )

    def test_refuses_another_number_of_columns(self, songs_of_three_scales: np.ndarray) -> None:
        with pytest.raises(ValueError, match="3 features"):
            fit_scaling(songs_of_three_scales, NAMES).transform(songs_of_three_scales[:, :2])

    def test_every_scaler_has_a_label_and_a_description(self) -> None:
        assert all(name == scaler.name for name, scaler in SCALERS.items())
        assert all(scaler.label and scaler.description for scaler in SCALERS.values())


class TestKey:
    NAMES = ("energy", "key")

    @pytest.fixture
    def keyed(self) -> np.ndarray:
        rng = np.random.default_rng(4)
        return np.column_stack([rng.beta(2, 3, 1_200), np.arange(1_200) % 12])

    def test_lies_on_the_circle_of_fifths(self, keyed: np.ndarray) -> None:
        scaling = fit_scaling(keyed, self.NAMES)
        assert scaling.columns == ("energy", "key_cos", "key_sin")
        c, g, c_sharp, b = scaling.transform(np.array([[0.5, 0], [0.5, 7], [0.5, 1], [0.5, 11]]))
        assert np.linalg.norm(c - g) < np.linalg.norm(c - c_sharp)  # a fifth is near, a semitone is far
        assert np.linalg.norm(c - c_sharp) == pytest.approx(np.linalg.norm(c - b), rel=1e-5)  # and goes round

    def test_weighs_as_one_feature(self, keyed: np.ndarray) -> None:
        energy, cos, sin = fit_scaling(keyed, self.NAMES).transform(keyed).var(axis=0, dtype=np.float64)
        assert cos + sin == pytest.approx(energy, rel=1e-5) == pytest.approx(1, rel=1e-5)

    def test_is_one_wide_among_features_from_0_to_1(self, keyed: np.ndarray) -> None:
        scaled = fit_scaling(keyed, self.NAMES, scaler="minmax").transform(keyed)
        assert np.ptp(scaled, axis=0) == pytest.approx([1, 1, 1])

    def test_is_not_bent(self, keyed: np.ndarray) -> None:
        straight = fit_scaling(keyed, self.NAMES).transform(keyed)
        bent = fit_scaling(keyed, self.NAMES, scaler="yeo-johnson").transform(keyed)
        np.testing.assert_allclose(bent[:, 1:], straight[:, 1:], atol=1e-6)

    def test_has_one_weight_for_both_columns(self, keyed: np.ndarray) -> None:
        plain = fit_scaling(keyed, self.NAMES).transform(keyed)
        doubled = fit_scaling(keyed, self.NAMES, weights={"key": 2}).transform(keyed)
        np.testing.assert_allclose(doubled, plain * [1, 2, 2], rtol=1e-6)

    def test_survives_json(self, keyed: np.ndarray) -> None:
        scaling = fit_scaling(keyed, self.NAMES)
        again = Scaling.from_dict(json.loads(json.dumps(scaling.to_dict())))
        np.testing.assert_array_equal(again.transform(keyed), scaling.transform(keyed))
