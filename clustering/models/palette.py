"""The colors of clusters: for color-blind people too (after Okabe–Ito and Tol), on light and on dark pages.

static/css/palette.css says the same to the browser; a test keeps the two alike.
"""

# (on a light page, on a dark page)
CLUSTER_COLORS: tuple[tuple[str, str], ...] = (
    ("#0072b2", "#4aa8e8"),  # blue
    ("#e08e00", "#f0ab2e"),  # orange
    ("#009e73", "#2cc295"),  # green
    ("#c0609a", "#e58fc0"),  # pink
    ("#d55e00", "#f57c30"),  # vermilion
    ("#332288", "#9d8df5"),  # indigo
    ("#3fa7d6", "#8fd3f7"),  # sky
    ("#882255", "#d65c95"),  # wine
    ("#8a8a1f", "#c5c552"),  # olive
    ("#44aa99", "#7ddccd"),  # teal
    ("#aa4499", "#d97fcb"),  # purple
    ("#b89b3a", "#e6d58a"),  # sand
    ("#661100", "#c8735e"),  # brown
)

NOISE_SHADES = ("#7a828c", "#9aa3af")
"""The gray of songs that are in no group; no cluster has it."""

NOISE_COLOR = 32_767
"""The color index of the songs that are in no group."""


def color_slot(index: int) -> int | str:
    """Return which color of the palette a cluster's color index means; with more clusters they repeat."""
    return "none" if index == NOISE_COLOR else index % len(CLUSTER_COLORS)


def cluster_color(index: int, opacity: float | None = None) -> str:
    """Return the word for a cluster's color."""
    slot = color_slot(index)
    return f"cluster:{slot}" if opacity is None else f"cluster:{slot}:{opacity:g}"
