"""How far what was found can be trusted, in words that can be passed on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from musicclust_client.shapes import Group, RunDetails, Score

STABLE = 0.6
"""Hennig's rule: a group below it does not come out again in other samples of the songs."""
LARGE_EFFECTS = 4
DEVIATIONS = 2.0


def stability_in_words(stability: float | None) -> str:
    """Say what a group's stability means."""
    if stability is None:
        return "not measured: it is not known whether this group comes out again"
    if stability < STABLE:
        return "unstable: do not draw conclusions from it"
    return "comes out again when songs are resampled"


def above_baseline(score: Score | None) -> bool | None:
    """Tell whether a score's whole interval is clearly above the random baseline; None where that is not known."""
    if score is None or score["null"] is None:
        return None
    low = score["value"] if score["low"] is None else score["low"]
    return low > score["null"] + DEVIATIONS * (score["null_deviation"] or 0.0)


def separation(score: Score | None) -> dict[str, Any]:
    """Return a run's silhouette with all that belongs to it."""
    if score is None:
        return {"silhouette": None, "means": "not measured"}
    return {
        "silhouette": score["value"],
        "interval_95": [score["low"], score["high"]],
        "measured_on_songs": score["songs"],
        "random_baseline": score["null"],
        "random_baseline_deviation": score["null_deviation"],
        "clearly_above_baseline": above_baseline(score),
        "means": "From -1 to 1. Only what lies above the random baseline means anything; real music has 0.15 to 0.30.",
    }


def described_group(group: Group) -> dict[str, Any]:
    """Return a group with its uncertainty."""
    effects = sorted(
        ((name, effect) for name, effect in group["effects"].items() if effect is not None),
        key=lambda one: -abs(one[1]),
    )
    return {
        "group": group["index"],
        "name": group["name"],
        "description": group["description"],
        "is_noise": group["is_noise"],
        "songs": group["size"],
        "share": group["share"],
        "stability": group["stability"],
        "stability_means": stability_in_words(group["stability"]),
        "silhouette": group["silhouette"],
        "silhouette_interval_95": [group["silhouette_low"], group["silhouette_high"]],
        "differs_most_in": {name: group["means"].get(name) for name, _ in effects[:LARGE_EFFECTS]},
        "genres": {one["genre"]: round(one["share"], 3) for one in group["genres"][:LARGE_EFFECTS]},
        "typical_songs": [str(one) for one in group["exemplars"][:5]],
    }


def how_to_report(details: RunDetails, groups: Sequence[Group]) -> list[str]:
    """Say what may be said of a run, and what may not."""
    verdict = details["verdict"]
    said = [
        "Clustering always returns groups, even where there are none. Quote the verdict whenever you mention them."
    ]
    if verdict is None:
        said.append("There is no verdict on this run: say that it is not known how clear the groups are.")
    elif verdict["tone"] != "good":
        said.append(
            f"Do not call these groups separate kinds of music: the verdict is “{verdict['headline']}”."
        )
    if verdict is not None and verdict["unjudged"]:
        said.append("Say what could not be judged: it stands under the verdict's unjudged.")
    above = above_baseline(details["silhouette"])
    if above is False:
        said.append("The silhouette is not clearly above the random baseline: it is no evidence of groups.")
    elif above is None:
        said.append("The silhouette has no random baseline here: do not say that it is high or low.")
    unstable = [one["name"] for one in groups if one["stability"] is not None and one["stability"] < STABLE]
    if unstable:
        said.append(f"Unstable, so draw no conclusions from them: {', '.join(unstable)}.")
    if any(one["stability"] is None and not one["is_noise"] for one in groups):
        said.append("The stability of some groups was not measured: do not call those stable.")
    said.append(
        "Differences between groups in the features they were made from are to be expected, and prove nothing."
    )
    return said
