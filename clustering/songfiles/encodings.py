"""The encodings that song files come in: guessed from their bytes, and turned into UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import chain, pairwise

from clustering.songfiles import SongFileError

ENCODINGS = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "utf-16-le": "Unicode (UTF-16, little-endian)",
    "utf-16-be": "Unicode (UTF-16, big-endian)",
    "utf-32": "Unicode (UTF-32)",
    "cp1252": "Western European (Windows-1252)",
    "mac_roman": "Western European (Mac Roman)",
    "cp1250": "Central European (Windows-1250)",
    "cp1251": "Cyrillic (Windows-1251)",
    "koi8_r": "Cyrillic (KOI8-R)",
    "cp1253": "Greek (Windows-1253)",
    "cp1254": "Turkish (Windows-1254)",
    "cp850": "Western European (DOS 850, Excel’s “CSV (MS-DOS)”)",
    "cp437": "Western European (DOS 437, United States)",
    "iso8859_15": "Western European (ISO-8859-15, Latin-9)",
    "cp852": "Central European (DOS 852)",
    "iso8859_2": "Central European (ISO-8859-2, Latin-2)",
    "cp866": "Cyrillic (DOS 866)",
    "koi8_u": "Cyrillic, Ukrainian (KOI8-U)",
    "cp1257": "Baltic (Windows-1257)",
    "cp1255": "Hebrew (Windows-1255)",
    "cp1256": "Arabic (Windows-1256)",
    "cp874": "Thai (Windows-874)",
    "cp1258": "Vietnamese (Windows-1258)",
    "cp932": "Japanese (Shift-JIS)",
    "euc_jp": "Japanese (EUC-JP)",
    "iso2022_jp": "Japanese (ISO-2022-JP)",
    "gb18030": "Chinese, simplified (GB 18030)",
    "big5": "Chinese, traditional (Big5)",
    "cp949": "Korean (Windows-949)",
    "utf-8 read as cp1252": "UTF-8 that was read as Windows-1252",
    "utf-8 read as mac_roman": "UTF-8 that was read as Mac Roman",
    "utf-8 read as cp1251": "UTF-8 that was read as Windows-1251",
}
"""What a person can choose, the likelier first."""

GUESSED_BYTES = 64 * 2**10
MOST_CHAOS = 0.5
DOUBT = 0.05
CLEARER = 0.12
"""How much more sense a text must make in an encoding that is seldom met."""
FLUENT, MORE_FLUENT = 0.4, 0.15
"""How much like a language it must read instead, and how much more than in the usual one, if it makes no less sense."""
UNSURE = 0.1
"""How little sense a text is taken to make in the usual encoding, where the library says nothing of it."""
TWICE = "utf-8 read as "
_EUROPEAN = frozenset({0xC2, 0xC3, 0xC4, 0xC5, 0xE2})
"""How UTF-8 begins the letters of Western and Central Europe, its signs and its quotation marks."""
_COMMONEST = {"cp1252": _EUROPEAN, "mac_roman": _EUROPEAN, "cp1251": frozenset({0xE2})}
"""Those of them that are wrong at first sight: Ã, â, √; but in Cyrillic, capital letters are words."""
_NEVER_BEHIND_LETTERS = frozenset("€‚ƒ„†‡ˆ‰‹•˜›¡¢£¤¥¦§¨©«¬¯°±²³´µ¶·¸¹¼½¾¿≠∞≤≥∂∑∏π∫Ω")
"""Signs that a text has at most in front of a letter or apart from it, unlike ’, …, ™ or »."""

# Windows' code page leaves five bytes undefined; Latin-1 has characters for them, so that no file fails.
_CP1252 = "".join(
    bytes([code]).decode("cp1252", errors="ignore") or bytes([code]).decode("latin-1") for code in range(256)
)
_SELDOM = ("cp850", "cp437", "cp852", "iso8859_2", "cp866", "koi8_u", "cp1255", "cp1256", "cp874")
"""What is taken only where it makes clearly more sense than all others."""
_CHOSEN_ONLY = {"iso2022_jp", "iso8859_15", "cp1257", "cp1258"}
"""What is seen by its marks, or differs from Western and Central European in too few letters to be told."""
_GUESSED = tuple(
    name for name in ENCODINGS if not name.startswith("utf-") and name not in {*_SELDOM, *_CHOSEN_ONLY}
)
_RUN = re.compile("[^\x00-\x7f]+")
_WORD = re.compile(r"[^\W\d_]*[^\x00-\x7f\s]+[^\s,;|\"]*")
_ODD = re.compile(
    r"[a-zà-öø-ÿœšžß][A-ZÀ-ÖØ-ÞŒŠŽŸ]|^[\u2026\u20ac\u2021\u2030][^\W\d_]"
    r"|[^\W\d_][\u2013\u2014\u2018\u201a-\u20ac\u2122\u02c6\u02dc¤§©«®°±¶»]+[^\W\d_]"
    r"|[\x80-\x9f\ufffd]"
)
"""What no word has: a capital behind a small letter, a sign between letters, a character that is none."""

_COMMON = {
    "cp932": ((0x81, 0x83), (0x88, 0x97)),
    "euc_jp": ((0xA1, 0xA5), (0xB0, 0xCF)),
    "gb18030": ((0xA1, 0xA1), (0xA3, 0xA3), (0xB0, 0xD7)),
    "big5": ((0xA1, 0xC6),),
    "cp949": ((0xA1, 0xA3), (0xB0, 0xC8)),
}
"""First bytes of the characters in common use: each of these encodings was laid out with those before the rare ones."""
_HIGH_SECOND = {"gb18030": 0xA1, "cp949": 0xA1}
"""Where the second byte of a common character begins."""


def decode_cp1252(data: bytes) -> str:
    """Return Windows' Western text; every byte has a character."""
    return codecs.charmap_decode(data, "strict", _CP1252)[0]


def decode(data: bytes, encoding: str) -> str:
    """Return a whole text; what has no character becomes a question mark."""
    return b"".join(to_utf8(iter([data]), encoding)).decode(errors="replace").removeprefix("\ufeff")


def to_utf8(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Yield a text as UTF-8; one that is meant to be UTF-8 as it is."""
    if encoding == "utf-8":
        yield from chunks
    elif encoding == "cp1252":
        yield from (decode_cp1252(chunk).encode() for chunk in chunks)
    elif encoding.startswith(TWICE):
        yield from _undoubled(chunks, encoding.removeprefix(TWICE))
    else:
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        for chunk, is_last in chain(((chunk, False) for chunk in chunks), [(b"", True)]):
            try:
                text = decoder.decode(chunk, final=is_last)
            except UnicodeError as error:  # UTF-16 without a byte order mark
                raise SongFileError(
                    f"The file can’t be read as {encoding}. Choose another encoding."
                ) from error
            yield text.encode("utf-8", errors="replace")


def guess_encoding(data: bytes) -> str:
    """Return the likeliest encoding of a text that is not UTF-8.

    Parameters
    ----------
    data
        Its beginning, to a line's end.
    """
    from charset_normalizer import from_bytes  # takes a while to load, and few files need it

    lines = dict.fromkeys(line for line in data.split(b"\n") if not line.isascii())
    sample = (
        b"".join(line + b"\n" for line in lines)[:GUESSED_BYTES].rpartition(b"\n")[0] or data[:GUESSED_BYTES]
    )
    # of a few words the library may leave out what is right: the usual one is always weighed
    ranked = [(round(UNSURE + _oddness(decode_cp1252(sample)), 2), 0.0, _GUESSED.index("cp1252"))]
    for match in from_bytes(sample, cp_isolation=list(_GUESSED), threshold=MOST_CHAOS):
        odd = _oddness(str(match)) + _rareness(str(match), match.encoding)
        if match.encoding == "cp1252" and _is_turkish(str(match)):
            odd += DOUBT
        names = {match.encoding, *match.could_be_from_charset}.intersection(_GUESSED)
        first = min(map(_GUESSED.index, names))
        ranked.append((round(match.chaos + odd, 2), -round(match.coherence, 2), first))
    chaos, strangeness, usual = min(ranked)
    return _clearly_seldom(sample, _GUESSED[usual], chaos, -strangeness) or _GUESSED[usual]


def _clearly_seldom(sample: bytes, usual: str, chaos: float, coherence: float) -> str:
    """Return the encoding, of those seldom met, in which a text makes clearly more sense; empty if in none."""
    from charset_normalizer import from_bytes

    if usual in _COMMON:  # two bytes that are a character by chance are none
        return ""
    ranked = []
    for match in from_bytes(sample, cp_isolation=list(_SELDOM), threshold=MOST_CHAOS):
        found = round(match.chaos + _oddness(str(match)), 2)
        fluent = match.coherence >= max(FLUENT, coherence + MORE_FLUENT)
        if found <= 2 * UNSURE and (found + CLEARER <= chaos or (fluent and found <= chaos)):
            names = {match.encoding, *match.could_be_from_charset}.intersection(_SELDOM)
            ranked.append((found, min(map(_SELDOM.index, names))))
    return _SELDOM[min(ranked)[1]] if ranked else ""


def find_doubled(text: str) -> str:
    """Return how a text was encoded that was UTF-8, read as something else and written as UTF-8 again; empty if not.

    Examples
    --------
    >>> find_doubled("Ã©"), find_doubled("√©")
    ('utf-8 read as cp1252', 'utf-8 read as mac_roman')
    >>> find_doubled("é"), find_doubled("CAFÉ’S"), find_doubled("Рі")
    ('', '', '')
    """
    runs = list(dict.fromkeys(_RUN.findall(text)))[:2_000]
    if not runs:
        return ""
    for name in (name for name in ENCODINGS if name.startswith(TWICE)):
        wrong = name.removeprefix(TWICE)
        mended = [text for run in runs if (text := _mended(run, wrong)) != run]
        if len(mended) * 2 > len(runs) and _is_sure(set("".join(mended)), wrong):
            return name
    return ""


def _is_sure(letters: set[str], wrong: str) -> bool:
    """Tell whether letters were read wrongly, by how they looked: two as nothing looks, or one of the commonest."""
    telling = [letter for letter in letters if letter.isprintable() and _looks_wrong(letter, wrong)]
    return len(telling) > 1 or any(letter.encode()[0] in _COMMONEST[wrong] for letter in telling)


def _looks_wrong(letter: str, wrong: str) -> bool:
    """Tell whether the characters that a letter was read as never stand like this in a text that is right."""
    data = letter.encode()
    if len(data) < 2:
        return False
    read = decode_cp1252(data) if wrong == "cp1252" else data.decode(wrong, errors="replace")
    return (
        (wrong == "mac_roman" and data[0] in _EUROPEAN)
        or not _NEVER_BEHIND_LETTERS.isdisjoint(read[1:])
        or any(one.islower() and other.isupper() for one, other in pairwise(read))
    )


def _undoubled(chunks: Iterator[bytes], wrong: str) -> Iterator[bytes]:
    carry = b""
    for chunk in chunks:
        carry += chunk
        cut = max(carry.rfind(mark) for mark in b"\n\r,;\t ") + 1  # no character has one of these in it
        yield _mended_text(carry[:cut], wrong)
        carry = carry[cut:]
    yield _mended_text(carry, wrong)


def _mended_text(data: bytes, wrong: str) -> bytes:
    if data.isascii():
        return data
    return _RUN.sub(lambda run: _mended(run[0], wrong), data.decode(errors="replace")).encode()


def _mended(run: str, wrong: str) -> str:
    """Return what some characters were before they were read wrongly; themselves if they never were."""
    try:
        if wrong == "cp1252":
            return bytes(map(_CP1252.index, run)).decode()
        return run.encode(wrong).decode()
    except ValueError:
        return run


def _oddness(text: str) -> float:
    words = list(dict.fromkeys(_WORD.findall(text)))[:2_000]
    return sum(bool(_ODD.search(word)) for word in words) / max(len(words), 1)


def _is_turkish(text: str) -> bool:
    """Tell whether a text in the Western encoding has letters of Iceland alone, and no others that it uses."""
    return bool(re.search("[ðþýÐÞÝ]", text)) and not re.search("[áíóúæÁÍÓÚÆ]", text)


def _rareness(text: str, encoding: str) -> float:
    """Return the share of characters that hardly any text has in this encoding."""
    if encoding not in _COMMON:
        return 0.0
    letters = list(dict.fromkeys("".join(_RUN.findall(text))))
    codes = [letter.encode(encoding, errors="replace") for letter in letters]
    second = _HIGH_SECOND.get(encoding, 0)
    common = sum(
        len(code) == 2
        and code[1] >= second
        and any(low <= code[0] <= high for low, high in _COMMON[encoding])
        for code in codes
    )
    return 1 - common / max(len(codes), 1)
