"""Names say no more than the evidence, and are unique."""

from dataclasses import replace

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
        assert names(profile(danceability=0.9, energy=1.2, tempo=-0.2)) == ["More energetic, more danceable"]

    def test_gives_the_mood_of_energy_and_valence(self) -> None:
        low = {"energy": 0.3, "valence": 0.2}
        assert names(profile(means=low, energy=-1.0, valence=-0.8, tempo=0.6)) == ["Melancholy, faster"]

    def test_gives_no_mood_that_the_medians_contradict(self) -> None:
        cheerful = {"energy": 0.7, "valence": 0.6}
        assert names(profile(means=cheerful, energy=-1.0, valence=-0.8)) == ["Calmer, darker"]

    def test_knows_spoken_word_by_its_threshold(self) -> None:
        assert names(profile(means={"speechiness": 0.8}, speechiness=4.0, duration_ms=-0.7)) == [
            "Mostly spoken, shorter"
        ]
        assert names(profile(means={"speechiness": 0.4}, speechiness=4.0)) == ["Rap and spoken"]
        assert names(profile(means={"liveness": 0.9}, liveness=4.0)) == ["Mostly live"]
        assert names(profile(means={"speechiness": 0.3}, speechiness=4.0)) == ["More spoken"]

    def test_goes_by_the_median_of_the_group_not_by_a_few_of_its_songs(self) -> None:
        mean, median = {"instrumentalness": 0.6}, {"instrumentalness": 0.02}
        few = replace(profile(means=mean, instrumentalness=2.0), medians=median)
        assert names(few) == ["More instrumental"]

    def test_calls_nothing_undanceable_that_people_dance_to(self) -> None:
        hits = profile(means={"danceability": 0.56, "valence": 0.55}, danceability=-0.9, valence=-0.7)
        assert names(hits) == ["Less danceable, darker"]

    def test_is_mixed_where_nothing_stands_out(self) -> None:
        (name,) = name_clusters([profile(share=0.004, energy=0.4)])
        assert name.name == "Mixed"
        assert name.sentence == "Close to the average of all songs: no feature stands out."

    def test_is_mixed_where_nearly_all_songs_are_in_it(self) -> None:
        large = profile(0, 970, 0.97, {"tempo": 119.0}, tempo=-3.0)
        odd = profile(1, 30, 0.03, {"tempo": 210.0}, tempo=3.0)
        most, few = name_clusters([large, odd])
        assert (most.name, few.name) == ("Mixed", "Faster")
        assert most.sentence == "Nearly all songs, so close to the average."
        assert names(profile(0, 890, 0.89, tempo=-3.0)) == ["Slower"]

    def test_is_unique(self) -> None:
        twins = [profile(index, energy=2.0, danceability=1.0, tempo=0.6) for index in range(4)]
        assert names(*twins) == [
            "More energetic, more danceable",
            "More energetic, more danceable, faster",
            "More energetic, more danceable, faster 2",
            "More energetic, more danceable, faster 3",
        ]

    def test_compares_with_the_dataset_in_the_sentence(self) -> None:
        first = profile(0, 75, 0.75, {"tempo": 150.0}, tempo=1.0)
        second = profile(1, 25, 0.25, {"tempo": 90.0}, tempo=-1.0)
        assert name_clusters([first, second])[1].sentence == "Slower (90 BPM vs 135 BPM overall)."

    def test_joins_the_sentence_as_people_do(self) -> None:
        means = {"danceability": 0.72, "valence": 0.65, "energy": 0.9}
        first = profile(0, 50, 0.5, means, danceability=1.2, valence=1.0, energy=0.8)
        second = profile(1, 50, 0.5, danceability=-1.2, valence=-1.0, energy=-0.8)
        assert name_clusters([first, second])[0].sentence == (
            "More danceable (0.72 vs 0.61 overall), happier (0.65 vs 0.57) and more energetic (0.90 vs 0.70)."
        )

    def test_shows_no_numbers_that_read_the_same(self) -> None:
        first = profile(0, 50, 0.5, {"loudness": 0.81}, loudness=1.0)
        second = profile(1, 50, 0.5, {"loudness": 0.79}, loudness=-1.0)
        assert name_clusters([first, second])[0].sentence == "Louder."

    def test_of_nothing_is_nothing(self) -> None:
        assert name_clusters([]) == ()
