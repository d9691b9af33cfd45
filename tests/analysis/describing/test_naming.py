"""Names say no more than the evidence, and are unique."""

from clustering.analysis.describing.naming import name_clusters
from clustering.analysis.describing.profiles import Profile


def profile(
    index: int = 0,
    size: int = 50,
    share: float = 0.5,
    means: dict[str, float] | None = None,
    **effects: float,
) -> Profile:
    values = {name: (means or {}).get(name, 0.5) for name in effects}
    return Profile(index, size, share, values, values, values, effects, effects, effects, {}, (), ())


def names(*profiles: Profile) -> list[str]:
    return [one.name for one in name_clusters(profiles)]


class TestNameClusters:
    def test_uses_the_strongest_words(self) -> None:
        assert names(profile(danceability=0.9, energy=1.2, tempo=-0.2)) == ["Energetic and danceable"]

    def test_gives_the_mood_of_energy_and_valence(self) -> None:
        assert names(profile(energy=-1.0, valence=-0.8, tempo=0.1)) == ["Melancholy: calm and dark"]

    def test_knows_spoken_word_by_its_threshold(self) -> None:
        assert names(profile(means={"speechiness": 0.8}, speechiness=4.0, duration_ms=-0.7)) == [
            "Spoken word: short"
        ]
        assert names(profile(means={"liveness": 0.9}, liveness=4.0)) == ["Live"]
        assert names(profile(means={"speechiness": 0.3}, speechiness=4.0)) == ["Wordy"]

    def test_is_mixed_where_nothing_stands_out(self) -> None:
        (name,) = name_clusters([profile(share=0.004, energy=0.4)])
        assert name.name == "Mixed"
        assert "no feature that stands out; less than 1 % of all songs" in name.sentence

    def test_is_mixed_where_nearly_all_songs_are_in_it(self) -> None:
        large = profile(0, 970, 0.97, {"tempo": 119.0}, tempo=-3.0)
        odd = profile(1, 30, 0.03, {"tempo": 210.0}, tempo=3.0)
        most, few = name_clusters([large, odd])
        assert (most.name, few.name) == ("Mixed", "Fast")
        assert most.sentence == "Nearly the whole dataset, and so close to its average; 97 % of all songs."
        assert names(profile(0, 890, 0.89, tempo=-3.0)) == ["Slow"]

    def test_is_unique(self) -> None:
        twins = [profile(index, energy=2.0, danceability=1.0, tempo=0.6) for index in range(4)]
        assert names(*twins) == [
            "Energetic and danceable",
            "Energetic, danceable and fast",
            "Energetic, danceable and fast 2",
            "Energetic, danceable and fast 3",
        ]

    def test_compares_with_the_dataset_in_the_sentence(self) -> None:
        first = profile(0, 75, 0.75, {"tempo": 150.0}, tempo=1.0)
        second = profile(1, 25, 0.25, {"tempo": 90.0}, tempo=-1.0)
        assert name_clusters([first, second])[1].sentence == (
            "Slow songs: tempo 90 BPM (dataset 135 BPM); 25 % of all songs."
        )

    def test_of_nothing_is_nothing(self) -> None:
        assert name_clusters([]) == ()
