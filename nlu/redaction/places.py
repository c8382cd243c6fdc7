"""Postal addresses: a street and a house number, with floor, door, postal code and town when they follow.

A town or a municipality alone stays: it is needed to find the right help.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from nlu.redaction.context import Span, before, is_measured
from nlu.redaction.spoken import number_words
from nlu.redaction.view import View
from nlu.redaction.words import first_names, fold, listed, municipalities, towns, vocabulary

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['.\-](?=[^\W\d_]))*\.?")
_HOUSE = re.compile(
    r",?[ \n]{0,2}(?:nr\.?|nummer|no\.?|number"
    r"|husnummer)?[ ]{0,2}(\d{1,4}(?:\s?-\s?\d{1,3}(?!\d))?(?:\s?[a-h](?![^\W_]))?)(?![\d%]|[.,:]\d|-?årig)"
)
_HOUSE_LETTER = re.compile(r" [a-h](?![^\W_])")
_HOUSE_GAP = re.compile(r",?[ ]{1,2}(?:(?:nr\.?|nummer|no\.?|number|husnummer)[ ]{1,2})?")
_DOOR = (
    r"(?:t\.?\s?v\b\.?|t\.?\s?h\b\.?|mf\b\.?|midtfor|til (?:venstre|højre|hoejre|midten)|(?:venstre"
    r"|højre)\b|dør \w{1,4}\b"
    r"|to the (?:left|right)|left\b|right\b)"
)
_STOREY = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?|første|anden|tredje|fjerde|femte|sjette|syvende|ottende|niende|tiende"
    r"|first|second|third|fourth"
    r"|en|to|tre|fire|fem|seks)"
)
_ROOM = (
    r"(?:lejl|lejlighed|lej|vær|værelse|vaer|vaerelse|dør|opgang|stue|apt|apartment|flat|room|bolig|hus"
    r"|kælder|unit)\b\.?[ ]?"
    r"(?:nr\.? ?|nummer )?(?:\d{1,4}\w?|[a-z])\b"
)
_FLOOR = re.compile(
    rf"[\s,.;(\-]{{0,4}}(?:(?:på|oppe på|i|on the) )?(?:(?:st|stuen|stue|kld|kælder|kælderen"
    rf"|kl(?!\.? ?\d))\b\.?(?:[\s,]{{0,2}}{_DOOR})?"
    rf"|{_STOREY}\.?\s?(?:sal|etage|floor|fl)\b\.?(?:[\s,]{{0,2}}{_DOOR})?"
    rf"|{_STOREY}\.?[\s,]{{0,2}}{_DOOR}"
    rf"|{_STOREY}\.?[\s,]{{0,2}}(?:\d{{1,2}}|[a-d])(?=[\s,.]{{1,2}}\d{{4}}\s)"
    rf"|\d{{1,2}}\.(?=\s?,|\s{{1,2}}\d{{4}}\s|\s?$)|{_DOOR})"
)
_ROOMS = re.compile(rf"[\s,.;]{{1,3}}{_ROOM}")
_POSTAL = re.compile(
    r"[\s,;.\-()]{1,4}(?:og |i |in )?(?:(?:postnr|postnummer|postal code)\.? )?(?:dk-? ?)?(\d{4})(?!\d|[.,]\d)"
)
_POSTAL_IN_WORDS = re.compile(r"[ ,]{1,2}(?:[^\W\d_]{2,20} ){1,2}hundrede(?: og [^\W\d_]{2,16})?(?![^\W_])")
_UNLISTED_TOWN = re.compile(
    r", ([A-ZÆØÅ][a-zæøå]{2,20}(?: [A-ZÆØÅ][a-zæøå]{2,20})?)(?=\s*(?:[.,;)!?]|$)"
    r"| (?:og|men|hvor|så|med|til|fra|er|som|der|and|but|på|i|ved|hvis|fordi|har)\b)"
)
_VILLAGE = re.compile(r"[ ,]{1,2}[^\W\d_]{2,25}(?=[ ,]{1,2}\d{4} [^\W\d_])")
_CITY_GAP = re.compile(r"[ ,]{1,3}")
_LETTERS_OF_TOWN = re.compile(r" (?:k|v|n|s|ø|c|nv|sv|sø|nø|ø\.|k\.|n\.|j|m|sj|fyn)\b(?!\.?\w)")
_POSTAL_AND_TOWN = re.compile(r"(?<![\d.,])(?:dk-? ?)?(\d{4}) {1,2}(?=[^\W\d_])")
_SHORT_NUMBER = re.compile(r"(?<!\d)\d{1,3}(?!\d)")
_LINE_BEFORE_POSTAL = re.compile(
    r"((?:[^\W\d_][\w.'\-]{0,30} ){1,4}(?:nr\.? )?\d{1,3} ?[a-h]?(?:[ ,.]{1,3}(?:\d{1,2}|st|kl"
    r"|kld)\b\.?(?:[ ,.]{0,2}(?:sal|tv|th|mf|t\.v|t\.h|\d{1,3}|[a-d])\b\.?)?)?)[ ,\n]{1,3}$"
)
_HOME = re.compile(
    r"\b(?:bor|ligger|boende|boede|boet|adresse(?:n)?|hjemadresse(?:n)?|privatadresse(?:n)?|bopæl(?:en)?"
    r"|adr|flyttet|flytter|address|live|lives|living|lived)"
    r"\b\.?[\s:,]{0,3}(?:(?:er|is|på|i|at|til|to|nu|now|her|stadig|alene|midlertidigt|on|in|hjemme"
    r"|også)[\s:]{1,2}){0,3}$"
)
_FOREIGN = re.compile(
    r"(?<![\w,.])(\d{1,4}[A-Za-z]?,? (?:[A-Z][\w'\-]{1,20} ){1,3}(?:Street|Road|Avenue|Lane|Drive|St|Rd|Ave"
    r"|Close|Court|Terrace|Way|Square)\b\.?"
    r"(?:,? [A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}\b)?)"
)
_MAX_WORDS_BEFORE = 3
_MAX_NUMBER_WORDS = 5
_SHORTEST_STEM = 1
"""Letters that a street name has before its ending ("Åvej" has one)."""


@dataclass(frozen=True)
class _Word:
    start: int
    end: int
    low: str
    capital: bool


def addresses(view: View) -> Iterator[Span]:
    """Streets with house numbers; lines that end in a postal code and a town; what follows "bor på"; English ones."""
    words = [_Word(m.start(), m.end(), m.group().lower(), m.group()[0].isupper()) for m in _WORD.finditer(view.text)]
    for index, word in enumerate(words):
        house = _house(view.low, word.end)
        if house is None:
            place_end = _place_end(view, word)
            if place_end is not None:
                yield "address", words[_first_word(view, words, index)].start, place_end
            continue
        end = _rest(view, house)
        start = _street_start(view, words, index, house, complete=end > house)
        if start is not None:
            yield "address", start, _unlisted_town(view, end)
    for match in _POSTAL_AND_TOWN.finditer(view.low):
        if not _SHORT_NUMBER.search(before(view.low, match.start(), 30)):
            continue
        line = _LINE_BEFORE_POSTAL.search(before(view.low, match.start(), 90))
        town_end = _town(view, match.end(), after_postal=True)
        if line is not None and town_end is not None:
            start = max(0, match.start() - 90) + line.start(1)
            yield "address", _skip_small_words(view.low, start), town_end
    for match in _FOREIGN.finditer(view.text):
        yield "address", match.start(1), match.end(1)


def _place_end(view: View, word: _Word) -> int | None:
    """The end of a postal code and a town right behind a street that has no house number; None if there are none."""
    if not word.capital or word.low in _listed("not_streets") or not _ends_in(word.low, "street_endings"):
        return None
    postal = _POSTAL.match(view.low, word.end)
    return _town(view, postal.end(), after_postal=True) if postal else None


def _house(low: str, at: int) -> int | None:
    """Where the house number ends that follows a street at `at`; None if none follows or it counts something."""
    match = _HOUSE.match(low, at)
    if match:
        return None if is_measured(low, match.end()) else match.end()
    gap = _HOUSE_GAP.match(low, at)
    end = _spoken_house(low, gap.end()) if gap else None
    return None if end is None or is_measured(low, end) else end


def _spoken_house(low: str, at: int) -> int | None:
    """The end of a house number in words ("fjorten", "hundrede og tolv"); "en" and "et" alone are articles."""
    end = None
    for _ in range(_MAX_NUMBER_WORDS):
        word = _WORD.match(low, at)
        if word is None:
            break
        said = word.group().rstrip(".")
        if said in number_words() or said in ("hundrede", "hundred"):
            end = at + len(said)
        elif said not in ("og", "and") or end is None:
            break
        at += len(said) + 1
        if low[at - 1 : at] != " ":
            break
    if end is None or low[:end].endswith((" en", " et", " én", " ét")):
        return None
    letter = _HOUSE_LETTER.match(low, end)
    return letter.end() if letter else end


def _street_start(view: View, words: list[_Word], index: int, house: int, *, complete: bool) -> int | None:
    """Where the street name begins whose last word is words[index]; None if the words are no street."""
    word = words[index]
    name = word.low.rstrip(".")
    home = _HOME.search(before(view.low, _back(view, words, index), 60))
    if name in listed("words", "function"):
        return None
    spaced = view.low[word.end : word.end + 1] == " "
    if not spaced and not complete:
        return None
    if name in _listed("street_endings") and word.capital and name in _listed("streets_of_one_word"):
        return words[_first_word(view, words, index)].start
    if name in _listed("street_endings"):
        first = _first_word(view, words, index)
        if first == index and home:
            return _back(view, words, index)
        return words[first].start if first < index else None
    if word.low.endswith(".") or name in _listed("not_streets") or (fold(name) in towns() and not complete):
        return None
    if _ends_in(name, "street_endings"):
        return words[_first_word(view, words, index, only_known=True)].start
    weak = _ends_in(name, "weak_street_endings") and fold(name) not in towns()
    if weak and (complete or home or (word.capital and fold(name) not in vocabulary())):
        return words[_first_word(view, words, index, only_known=True)].start
    named = word.capital and word.low not in listed("words", "never_names")
    if spaced and complete and named and house - word.end < 6 and not _is_known(name):
        return word.start
    if home and spaced and (word.capital or fold(name) not in vocabulary()) and name not in listed("words", "function"):
        if fold(name) in towns() or fold(name) in number_words():
            return None
        return _back(view, words, index)
    return None


@lru_cache(maxsize=8)
def _listed(name: str) -> frozenset[str]:
    return listed("places", name)


def _ends_in(name: str, endings: str) -> bool:
    shortest = _SHORTEST_STEM if endings == "street_endings" else 2 * _SHORTEST_STEM
    return any(name.endswith(ending) and len(name) >= len(ending) + shortest for ending in _listed(endings))


def _adjacent(view: View, first: _Word, second: _Word) -> bool:
    return view.text[first.end : second.start] in (" ", "  ")


def _first_word(view: View, words: list[_Word], index: int, *, only_known: bool = False) -> int:
    """The first word of a street name of several words: "Gammel Kongevej", "H.C. Andersens Boulevard", "ny vej"."""
    first = index
    while first > 0 and index - first < _MAX_WORDS_BEFORE and _adjacent(view, words[first - 1], words[first]):
        previous = words[first - 1]
        known = previous.low in _listed("street_first_words")
        ordinary = previous.low in listed("words", "function") or fold(previous.low) in vocabulary()
        named = not only_known and (not ordinary or (previous.capital and first < index))
        genitive = previous.capital and words[first].capital and previous.low.endswith("s") and not ordinary
        if not (known or named or genitive):
            break
        first -= 1
    return first


def _back(view: View, words: list[_Word], index: int) -> int:
    """Where a name of several words may begin that follows "bor på"."""
    first = index
    stop = listed("words", "function") | _listed("home_cues")
    while first > 0 and index - first < _MAX_WORDS_BEFORE and _adjacent(view, words[first - 1], words[first]):
        if words[first - 1].low in stop:
            break
        first -= 1
    return words[first].start


def _rest(view: View, at: int) -> int:
    """The end of an address whose house number ends at `at`: floor, door, room, postal code, town."""
    low = view.low
    for _ in range(2):
        for pattern in (_FLOOR, _ROOMS):
            match = pattern.match(low, at)
            if match and not (low[match.end() - 1].isdigit() and is_measured(low, match.end())):
                at = match.end()
    village = _VILLAGE.match(view.text, at)
    if village and village.group().strip(" ,")[0].isupper():
        at = village.end()
    postal = _POSTAL.match(low, at) or _POSTAL_IN_WORDS.match(low, at)
    if postal and postal.re is _POSTAL_IN_WORDS:
        at = postal.end()
    elif postal:
        town_end = _town(view, postal.end(), after_postal=True)
        if town_end is not None:
            return town_end
        code = int(postal.group(1))
        return (
            postal.end()
            if 1000 <= code <= 9990 and not 1900 <= code <= 2050 and not is_measured(low, postal.end())
            else at
        )
    town_end = _town(view, at, after_postal=False)
    return at if town_end is None else town_end


def _is_known(word: str) -> bool:
    """Whether a word in lower case is an ordinary word or a first name, and so no place that we have not heard of."""
    folded = fold(word)
    return folded in vocabulary() or folded in first_names() or word in listed("words", "function")


def _unlisted_town(view: View, at: int) -> int:
    """The end of a town in no list, behind a comma and with nothing after it ("Bygaden 12, Vester Hassing.")."""
    unlisted = _UNLISTED_TOWN.match(view.text, at)
    plain = unlisted and not _is_known(unlisted.group(1).split()[-1].lower())
    return unlisted.end(1) if unlisted and plain else at


def _town(view: View, at: int, *, after_postal: bool) -> int | None:
    """The end of a town's name that follows at `at`, or None."""
    gap = _CITY_GAP.match(view.text, at)
    begin = gap.end() if gap else at if view.text[at - 1 : at] == " " else None
    if begin is None:
        return None
    taken: list[re.Match[str]] = []
    reached = begin
    while len(taken) < 3 and (word := _WORD.match(view.text, reached)):
        taken.append(word)
        reached = word.end() + 1
        if view.text[word.end() : word.end() + 1] != " ":
            break
    for count in range(len(taken), 0, -1):
        name = view.low[begin : taken[count - 1].end()].rstrip(".")
        end = begin + len(name)
        if re.match(r" (?:kommunes?|region)\b", view.low[end : end + 10]):
            return None
        common = (fold(name) in vocabulary() and fold(name) not in municipalities()) or name in listed(
            "words", "everyday"
        )
        if fold(name) in towns() and (after_postal or view.text[begin].isupper() or not common):
            letters = _LETTERS_OF_TOWN.match(view.low, end)
            return letters.end() if letters else end
    if after_postal and taken and taken[0].group()[0].isupper():
        count = 1
        while count < len(taken) and taken[count].group()[0].isupper() and len(taken[count].group()) <= 2:
            count += 1
        return begin + len(view.text[begin : taken[count - 1].end()].rstrip("."))
    return None


def _skip_small_words(low: str, start: int) -> int:
    """Leave "jeg bor på" in front of a street outside the span."""
    stop = listed("words", "function") | _listed("home_cues")
    while (
        (word := _WORD.match(low, start))
        and word.group().rstrip(".") in stop
        and low[word.end() : word.end() + 1] == " "
    ):
        start = word.end() + 1
    return start
