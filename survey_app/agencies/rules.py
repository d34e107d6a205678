"""Codes, tiers and the Vietnamese way to compare and order names. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

TIERS = ("province", "department", "commune", "district", "unit", "service_centre")
LONGEST_NAME = 200
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
# đ is a letter of its own and decomposes into nothing.
PLAIN_D = str.maketrans({"đ": "d", "Đ": "d"})
# The order of dictionaries: level (no mark), grave, hook, tilde, acute, dot below.
TONES = "\u0300\u0309\u0303\u0301\u0323"
# f, j, w and z come in names from abroad and stand where Latin puts them.
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
PLACES = {letter: place for place, letter in enumerate(ALPHABET)}
PARTS = re.compile(r"[0-9]+|.", re.DOTALL)
OTHERS, DIGITS, LETTERS = range(3)

Word = tuple[tuple[int, int], ...]
NameOrder = tuple[tuple[Word, ...], tuple[tuple[int, ...], ...], str]


def is_code(text: str) -> bool:
    """Whether a text can be an agency's code: letters, digits, dot, hyphen and underscore, at most 40."""
    return CODE.fullmatch(text) is not None


def clean_name(text: str) -> str:
    """A name as it is stored: NFC, single spaces, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_name(text: str) -> bool:
    """Whether a clean name can be stored: 1 to 200 characters, all of them visible."""
    return 0 < len(text) <= LONGEST_NAME and text.isprintable()


def search_key(name: str) -> str:
    """A name without case, accents and đ, for finding: "Sở Văn hoá" and "So Van hóa" are alike."""
    plain = unicodedata.normalize("NFD", name.translate(PLAIN_D))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


def name_key(name: str) -> str:
    """A name as two spellings of it compare: one case, single spaces, composed or not, either placing of the tone mark.

    Letters keep their diacritics (đ, ô, ơ and the tones still differ); only where in its word a tone stands
    (hóa, hoá) is ignored.
    """
    return " ".join(letters + tones for letters, tones in map(_letters_and_tones, name.casefold().split()))


@lru_cache(maxsize=20_000)
def name_order(name: str) -> NameOrder:
    """A key that sorts names the Vietnamese way.

    Word by word, shorter first; a ă â b c d đ e ê ..., signs and numbers (by value) before letters. The
    tones decide only between names with the same letters: level, grave, hook, tilde, acute, dot. Last the name itself,
    so that no two names are equal.
    """
    words = [_letters_and_tones(word) for word in name.casefold().split()]
    letters = tuple(tuple(map(_place, PARTS.findall(letters))) for letters, _ in words)
    tones = tuple(tuple(TONES.index(tone) for tone in tones) for _, tones in words)
    return letters, tones, unicodedata.normalize("NFC", name)


def tree_order(parents: Mapping[int, int | None], names: Mapping[int, str]) -> list[int]:
    """The agencies depth first, siblings by name; one whose parent is not among them is a root.

    `parents` and `names` have the same keys and hold no cycle.
    """
    children: dict[int | None, list[int]] = {}
    for agency_id in sorted(parents, key=lambda key: (name_order(names[key]), key)):
        parent_id = parents[agency_id]
        children.setdefault(parent_id if parent_id in parents else None, []).append(agency_id)
    return list(_walk(children))


def _walk(children: Mapping[int | None, list[int]]) -> Iterable[int]:
    waiting = children.get(None, [])[::-1]
    while waiting:
        agency_id = waiting.pop()
        yield agency_id
        waiting.extend(reversed(children.get(agency_id, [])))


def _letters_and_tones(word: str) -> tuple[str, str]:
    """A word's letters without tones, composed, and its tones in their order."""
    characters = unicodedata.normalize("NFD", word)
    letters = "".join(c for c in characters if c not in TONES)
    return unicodedata.normalize("NFC", letters), "".join(c for c in characters if c in TONES)


def _place(part: str) -> tuple[int, int]:
    if part.isascii() and part.isdigit():
        return DIGITS, int(part)
    if part in PLACES:
        return LETTERS, PLACES[part]
    return OTHERS, ord(part)
