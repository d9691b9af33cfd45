"""Is 1,281 one thousand or one and a bit? Decided for a whole column, by what all its cells say together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from clustering.songfiles.values import bare_number

MARKS = ("", ".", ",")
"""What a column can have before fractions: nobody knows or asks, a point, a comma."""

_MAYBE = {",": "?,", ".": "?."}


def sign_of(cell: str) -> str:
    """Return what a cell says of the mark before fractions: "," or ".", "?," or "?." where it may be either, or "".

    Examples
    --------
    >>> [sign_of(cell) for cell in ["0,35", "1.234,5", "2,410,377", "1,281", "193.000", "95", "5 dB"]]
    [',', ',', '.', '?,', '?.', '', '']
    """
    if not any(mark in cell for mark in ",.٫"):  # as most cells, and there are many
        return ""
    word = bare_number(cell).lstrip("+-")
    if not word.replace(",", "").replace(".", "").isdecimal():
        return ""
    commas, points = word.count(","), word.count(".")
    if commas and points:
        return max(",.", key=word.rfind)
    if commas > 1 or points > 1:
        return "." if commas else ","
    if not commas and not points:
        return ""
    mark = "," if commas else "."
    head, _, tail = word.partition(mark)
    thousands = len(tail) == 3 and 1 <= len(head) <= 3 and not head.startswith("0")
    return _MAYBE[mark] if thousands else mark


def file_mark(samples: Iterable[Sequence[str]]) -> str:
    """Return the mark that most columns of a file have before fractions, where their cells leave no doubt."""
    votes = Counter(_certain(Counter(map(sign_of, sample))) for sample in samples)
    del votes[""]
    return votes.most_common(1)[0][0] if votes else ""


def decimal_mark(sample: Sequence[str], others: str, *, whole_is_likely: bool) -> tuple[str, bool]:
    """Return the mark before fractions in a column, and whether there is no doubt about it.

    Parameters
    ----------
    sample
        Some of its cells.
    others
        The mark in the file's other columns, as `file_mark` found it.
    whole_is_likely
        Whether the column can hold numbers of a thousand and more.

    Examples
    --------
    >>> decimal_mark(["1,281", "95", "2,410,377"], "", whole_is_likely=True)
    ('.', True)
    >>> decimal_mark(["193.000", "317.000"], ",", whole_is_likely=True)
    (',', True)
    >>> decimal_mark(["119,875", "98,125"], "", whole_is_likely=False)
    (',', True)
    """
    signs = Counter(map(sign_of, sample))
    mark = _certain(signs)
    if mark:
        return mark, True
    if signs["?,"]:
        if not whole_is_likely or others == ",":
            return ",", True
        return ".", others == "." or len(signs) > 1
    if signs["?."]:
        return ("," if others == "," and whole_is_likely else "."), True
    return (others or ("." if whole_is_likely else "")), True


def _certain(signs: Counter[str]) -> str:
    if signs[","] == signs["."]:
        return ""
    return "," if signs[","] > signs["."] else "."
