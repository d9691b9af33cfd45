"""Words that pages, messages and documents do not use, because there is a plainer or more usual one."""

from __future__ import annotations

import re

NOT = {
    r"whoever runs (this|the) site|people who run this site": "your administrator",
    r"(?-i:What was done\b(?! then))": "activity",
    r"\bstate of the site\b": "system status",
    r"\b(take|takes|yours to take) (it|them|all|it all) away\b|yours to take away": "export, download",
    r"\b(make|made|making) (it|them|this|again) again\b|\bmade again\b": "regenerate",
    r"\bby lot\b": "at random, a random sample",
    r"\bways? of grouping\b|\bway to group songs\b": "algorithm",
    r"\b(to|on) one scale\b": "scaling",
    r"\bsongs? with a gap\b": "missing values",
    r"\bsongs that make a group\b": "minimum group size",
    r"\bby chance \d": "random baseline",
    r"\bshuffled songs\b": "random baseline",
    r"\badvised\b": "recommended",
    r"\b(both|groups|number|all) serves?\b|· serves\b": "also good, works",
    r"\b(not to be|do not|don’t) trust(ed)?\b": "unstable",
    r"\bnumber \S+ in the files\b": "cluster ID … in exports",
    r"\bseed songs?\b": "starting songs",
    r"\b(un)?danceable and\b|\bwordy\b|\blive-sounding\b": "less danceable, rap and spoken, mostly live",
    r"\bat hand\b": "handy",
    r"(?-i:\bGo on\b)": "continue",
    r"\bit did not work\b|\bdid not work\b": "something went wrong, failed",
    r"\bnothing was half-written\b": "nothing was changed",
    r"\bthis step does not count\b": "Working…",
    r"(?-i:Which column is which\?)": "match your columns",
    r"(?-i:How sure\b)": "confidence",
    r"\ba file of the kind\b": "we recognized this as …",
    r"\bgives? them back\b": "included unchanged in exports",
    r"\brepeat(s)? (themselves|itself)\b": "stable on resampling",
    r"\bhas to do with another\b": "features shuffled independently",
    r"\bask(s|ed)? for advice\b|\bask again\b": "suggest number of groups",
    r"\brun again with changes\b": "edit and re-run",
    r"\bshare by a link\b": "share",
    r"\bnot as drawers\b": "not boxes",
    r"\bhow clear the groups are\b": "separation",
    r"(?-i:All its songs\b(?! match)|About this group)": "view songs, details",
    r"\bthe longer, the more\b": "(leave it out)",
    r"\bmeasured in larger numbers\b": "units",
    r"\bsongs without any groups\b": "random data",
    r"\bbest fitting on top\b|\bis a hill\b": "best-fitting songs at the top, each shape",
    r"\bnear dots\b": "nearby dots",
    r"\bwhat is high and what is low\b|\bthe shape of each group\b": "feature heat map, group profiles",
    r"\bdirection \d|% of the differences\b": "component 1 (30 % of variance)",
    r"\bwhat is in view\b|\bremove the outline\b": "select visible songs, clear selection",
    r"\bthe same as a script\b": "Python script",
    r"\bon the border\b|\bleans to\b": "borderline, also close to",
    r"\bproves nothing\b": "differences are expected",
    r"\bbegin with:": "Presets:",
    r"\bput in order\b": "sort",
    r"\bits songs lie\b|\ba playlist lie\b": "groups in this playlist",
    r"\blook (a playlist file|its songs) up\b": "check a playlist, look up songs",
    r"(?-i:Counted in|At most so many)": "unit, maximum",
    r"\bruns on$": "environment",
    r"\bthe two chosen\b|\btick two\b": "compare selected, select two runs",
    r"\bwhat pulls\b": "why it is in this group",
    r"\bwhat you have\b": "usage",
    r"\bdownload them with reasons\b": "download rejected rows",
    r"\bis no feature\b|\bis no (unit|field|algorithm|scaler)\b": "is not a …, has no feature called …",
    r"\bis to have\b": "must be",
    r"\bnot asked yet\b": "no advice yet",
    r"\bin what they differ\b": "how they differ",
    r"\bwhat counts how much\b": "feature weights",
    r"\bone time only\b": "only one decade",
    r"\bmoved much\b": "changed",
    r"\bfor a quarter of an hour\b": "15 minutes",
    r"\byou may not do\b": "you don’t have permission",
    r"\ban error of its own\b": "something went wrong on our side",
    r"\bmake a link\b|\bend this link\b": "create link, revoke",
}
"""A pattern that is wrong: what to say instead."""

_RULES = {re.compile(pattern, re.IGNORECASE): better for pattern, better in NOT.items()}


def wrong_words(text: str) -> list[str]:
    """Return what a text says that is said better otherwise."""
    return [
        f"“{found.group()}”: say {better}" for rule, better in _RULES.items() for found in rule.finditer(text)
    ]
