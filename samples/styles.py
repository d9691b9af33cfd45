"""What each invented genre sounds like: the centers that artists and songs scatter around."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """One genre of the sample.

    Shares and probabilities are 0..1, features in the units of the file, `minutes` is the usual length.
    """

    genre: str
    kinds: tuple[str, ...]  # finer genres, one or two of which an artist also carries
    language: str  # which word lists titles and names come from
    share: float  # of all songs
    dance: float
    energy: float
    loudness: float
    speech: float
    acoustic: float
    instrumental: float  # how often a song of this genre has no voice
    live: float  # how often it is a concert recording
    valence: float
    tempos: tuple[float, ...]  # genres are bimodal in tempo: a song takes one of these
    minutes: float
    years: tuple[int, int]  # when most of it came out
    explicit: float
    popularity: float
    major: float  # how often it is in a major key


STYLES = (
    Style("pop", ("dance pop", "electropop", "teen pop", "synth-pop"), "english", 0.15,
          0.66, 0.70, -5.8, 0.055, 0.14, 0.01, 0.03, 0.56, (98, 121), 3.5, (1984, 2023), 0.12, 58, 0.66),
    Style("rock", ("alternative rock", "indie rock", "garage rock", "classic rock"), "english", 0.14,
          0.49, 0.73, -7.9, 0.048, 0.09, 0.05, 0.10, 0.52, (112, 136), 4.0, (1968, 2021), 0.06, 44, 0.72),
    Style("folk", ("indie folk", "singer-songwriter", "americana"), "english", 0.14,
          0.50, 0.37, -11.6, 0.036, 0.64, 0.06, 0.06, 0.40, (96, 126), 3.6, (1963, 2022), 0.02, 39, 0.77),
    Style("electronic", ("house", "techno", "deep house", "electro"), "club", 0.10,
          0.74, 0.76, -7.6, 0.060, 0.04, 0.14, 0.04, 0.46, (122, 127), 5.0, (1992, 2023), 0.04, 41, 0.50),
    Style("hip hop", ("rap", "trap", "boom bap"), "street", 0.09,
          0.77, 0.65, -6.6, 0.240, 0.13, 0.01, 0.04, 0.50, (88, 141), 3.4, (1991, 2023), 0.62, 54, 0.52),
    Style("metal", ("doom metal", "thrash metal", "post-hardcore"), "dark", 0.06,
          0.35, 0.94, -5.2, 0.085, 0.004, 0.07, 0.05, 0.27, (116, 152), 4.7, (1983, 2022), 0.17, 36, 0.60),
    Style("ambient", ("drone", "new age", "sleep", "piano ambient"), "quiet", 0.05,
          0.30, 0.24, -18.8, 0.042, 0.74, 0.95, 0.03, 0.16, (78, 112), 4.2, (1978, 2023), 0.0, 37, 0.62),
    Style("classical", ("chamber music", "romantic era", "early music"), "classical", 0.04,
          0.33, 0.19, -18.2, 0.044, 0.93, 0.92, 0.06, 0.24, (84, 116), 5.0, (1959, 2020), 0.0, 33, 0.66),
    Style("jazz", ("bebop", "cool jazz", "vocal jazz"), "english", 0.05,
          0.53, 0.42, -11.6, 0.045, 0.70, 0.22, 0.10, 0.53, (104, 132), 4.9, (1956, 2018), 0.0, 30, 0.58),
    Style("latin", ("cumbia", "bolero", "reggaeton", "salsa"), "spanish", 0.06,
          0.73, 0.73, -6.3, 0.065, 0.26, 0.01, 0.05, 0.77, (95, 112), 3.7, (1974, 2023), 0.10, 52, 0.60),
    Style("soul", ("funk", "disco", "neo soul"), "english", 0.05,
          0.70, 0.62, -9.2, 0.052, 0.27, 0.04, 0.05, 0.80, (102, 117), 4.1, (1966, 2015), 0.05, 42, 0.56),
    Style("russian rock", ("post-punk", "chanson"), "russian", 0.02,
          0.56, 0.70, -7.6, 0.045, 0.13, 0.12, 0.08, 0.50, (118, 134), 4.0, (1984, 2023), 0.05, 38, 0.40),
    Style("luk thung", ("mor lam", "thai pop"), "thai", 0.02,
          0.62, 0.63, -7.5, 0.042, 0.34, 0.01, 0.03, 0.64, (94, 124), 4.1, (1976, 2023), 0.01, 40, 0.70),
    Style("spoken word", ("audiobook", "poetry", "comedy"), "spoken", 0.075,
          0.64, 0.33, -15.5, 0.885, 0.66, 0.0, 0.10, 0.47, (84, 118), 2.3, (1965, 2023), 0.06, 31, 0.62),
)  # fmt: skip
