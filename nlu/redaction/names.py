"""Full names: two or more words of a name, and initials where they clearly are initials. A first name alone stays.

A first name alone points at nobody outside the conversation, is often a word of its own ("Bo", "Liv", "Storm") and is
what keeps a story readable ("min chef Sofie siger …"). A surname behind it makes it a person, so both go.

The words are judged by name lists, by capital letters and by what stands in front ("jeg hedder", "sagsbehandler").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from nlu.redaction.context import Span, captured
from nlu.redaction.view import View
from nlu.redaction.words import (
    first_names,
    fold,
    listed,
    municipalities,
    surnames,
    tables,
    vocabulary,
)

_WORD = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*")
_LONGEST_NAME = 6
"""Words in a name, particles included."""
_SHORTEST_ENDING_NAME = 6
"""Letters in a word that counts as a surname for its ending alone ("Vadstrup", "Lewandowska")."""

_INFLECTED = ("er", "ede", "ende", "erne", "ene", "et", "te", "tes", "ere", "lig", "ligt", "isk", "ing", "ed")
"""Endings of ordinary words: an unknown word in lower case behind a first name is no surname if it has one."""

_OWN_NAME, _SOMEONE, _ROLE, _HINT = 4, 3, 2, 1
"""How much the words in front promise: "jeg hedder" most, then "hedder" and "det er", "sagsbehandler", "til"."""
_PREPOSITION = re.compile(r"(?<![^\W_])(?:til|fra|af|hos|med|from|to|with|by)\b[ ]{1,2}(?=[^\W\d_])")
_PROMISES_OWN = re.compile(
    r"jeg hedder|navn|mvh|m\.v\.h|vh|v\.h|hils|kh|k\.h|bh|name|regards|wishes|sincerely|cheers|underskr"
)


@dataclass(frozen=True)
class _Lookup:
    """What the lists say of a word, whatever its case."""

    first: bool
    last: bool
    everyday: bool
    small: bool
    blocked: bool
    particle: bool


@dataclass(frozen=True)
class _Word:
    """A word of the text. `capital` is about its case here, `known` about the lists."""

    start: int
    end: int
    text: str
    capital: bool
    opens: bool
    known: _Lookup

    @property
    def initial(self) -> bool:
        """A single capital letter, with or without a full stop."""
        return len(self.text) == 1 and self.text.isupper()

    @property
    def name(self) -> bool:
        """In a name list."""
        return (self.known.first or self.known.last) and not self.stops

    @property
    def sure(self) -> bool:
        """In a name list and not an everyday word."""
        return self.name and not self.known.everyday

    @property
    def stops(self) -> bool:
        """Never part of a name: a month, an organisation, a small word."""
        return self.known.blocked or self.known.small

    @property
    def unknown(self) -> bool:
        """Neither a name we know nor an ordinary word."""
        return not self.name and not self.known.everyday and not self.stops


Chain = list[_Word]
"""Words with nothing but a space between them (or the full stop of an initial)."""


def full_names(view: View) -> Iterator[Span]:
    """Names of at least two words: with capitals, in lower case, and after words that introduce a name."""
    promises = _promises(view.low)
    for chain in _chains(view):
        index = 0
        while index < len(chain):
            end = _name_end(chain, index, promises.get(chain[index].start, 0))
            if end:
                yield "full_name", chain[index].start, chain[end - 1].end
            index = end or index + 1
    yield from captured("full_name", (_SURNAME_FIRST_LABEL,), view.low)
    for match in _TITLED.finditer(view.text):
        known = _look_up(match.group(1), False)
        if match.group(1)[0].isupper() and not (known.small or known.blocked or (known.everyday and not known.last)):
            yield "full_name", match.start(), match.end()
    yield from _turned_round(view)


# --- words -----------------------------------------------------------------------------------------------------


def _chains(view: View) -> Iterator[Chain]:
    kept = _kept(view.low)
    chain: Chain = []
    for match in _WORD.finditer(view.text):
        if match.start() in kept:
            continue
        gap = view.text[chain[-1].end : match.start()] if chain else ""
        if chain and gap not in (" ", "  ") and not (chain[-1].initial and gap in (".", ". ")):
            yield chain
            chain = []
        text = match.group()
        shouting = text.isupper() and _is_shouting(view.text, match.start())
        capital = text[0].isupper() and not (shouting and len(text) > 1)
        front = view.text[max(0, match.start() - 3) : match.start()].rstrip(" \"'(*-")
        opens = not front or front[-1] in ".!?:;\n"
        chain.append(_Word(match.start(), match.end(), text, capital, opens, _look_up(text, shouting)))
    if chain:
        yield chain


def _is_shouting(text: str, position: int) -> bool:
    """Whether the neighbourhood is in capitals altogether, so that a capital letter says nothing."""
    letters = [letter for letter in text[max(0, position - 25) : position + 25] if letter.isalpha()]
    return len(letters) > 9 and sum(letter.isupper() for letter in letters) > 0.8 * len(letters)


@lru_cache(maxsize=20_000)
def _look_up(text: str, shouting: bool) -> _Lookup:
    low = text.lower()
    spellings = _without_genitive(fold(low))
    first = any(_is_first(spelling) for spelling in spellings)
    last = any(_is_last(spelling) for spelling in spellings)
    listed_name = first or last
    ordinary = any(spelling in vocabulary() for spelling in spellings)
    ending = not ordinary and not listed_name and _ends_like_surname(spellings[-1])
    acronym = len(text) > 1 and text.isupper() and not shouting and not listed_name
    town = fold(low) in municipalities() and not last
    return _Lookup(
        first=first,
        last=last or ending,
        everyday=spellings[-1] in _folded("everyday")
        or low in listed("words", "everyday")
        or (ordinary and not listed_name),
        small=low in listed("words", "function"),
        blocked=any(word in listed("words", "never_names") for word in (low, low.removesuffix("s")))
        or low in listed("words", "roles")
        or acronym
        or town,
        particle=low in listed("words", "particles"),
    )


@lru_cache(maxsize=8)
def _folded(name: str) -> frozenset[str]:
    return frozenset(fold(word) for word in listed("words", name))


def _without_genitive(folded: str) -> tuple[str, ...]:
    """The word, and the word without its genitive ending ("hansens", "pell's")."""
    if folded.endswith("'s"):
        return (folded[:-2],)
    return (folded, folded[:-1]) if folded.endswith("s") and len(folded) > 4 else (folded,)


def _is_first(folded: str) -> bool:
    parts = folded.split("-")
    return (
        all(part in first_names() for part in parts if part not in listed("words", "particles")) and len(parts[-1]) > 1
    )


def _is_last(folded: str) -> bool:
    return any(part in surnames() for part in (folded, folded.split("-")[-1])) and len(folded) > 1


def _ends_like_surname(folded: str) -> bool:
    return len(folded) >= _SHORTEST_ENDING_NAME and folded.endswith(_surname_endings())


@lru_cache(maxsize=1)
def _surname_endings() -> tuple[str, ...]:
    return tuple(fold(ending) for ending in listed("names", "surname_endings"))


# --- what stands in front --------------------------------------------------------------------------------------


def _promises(low: str) -> dict[int, int]:
    """Positions right behind words that introduce a name, with how much they promise."""
    promises: dict[int, int] = {}
    for match in _PREPOSITION.finditer(low):
        promises[match.end()] = _HINT
    for match in _roles().finditer(low):
        promises[match.end()] = _ROLE
    for match in _intros().finditer(low):
        promises[match.end()] = _OWN_NAME if _PROMISES_OWN.search(match.group()) else _SOMEONE
    return promises


@lru_cache(maxsize=1)
def _intros() -> re.Pattern[str]:
    phrases = sorted((re.escape(phrase) for phrase in tables()["words"]["intro"]), key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(phrases)})\b[\s:,.\-]{{1,4}}(?=[^\W\d_])")


@lru_cache(maxsize=1)
def _roles() -> re.Pattern[str]:
    roles = sorted(map(re.escape, listed("words", "roles")), key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(roles)})\b[\s:,.]{{1,3}}(?:ved navn |named |er |is )?(?=[^\W\d_])")


# --- what is a name --------------------------------------------------------------------------------------------


def _name_end(chain: Chain, index: int, promise: int) -> int:
    """The index behind the last word of a name that begins at `index`, or 0."""
    word = chain[index]
    if word.stops or (word.known.particle and not word.name):
        return 0
    for rule in (_after_promise, _with_capitals, _in_lower_case, _with_unknown_surname):
        end = rule(chain, index, promise)
        if end:
            return end + 1 if _is_unknown_surname(chain, end, anywhere=False) else end
    return 0


def _after_promise(chain: Chain, index: int, promise: int) -> int:
    """A name behind "jeg hedder", "mvh", "hun hedder", in any case: here two words are believed more easily."""
    lead = chain[index]
    if promise < _SOMEONE or not (lead.known.first or (promise == _OWN_NAME and (lead.name or lead.unknown))):
        return 0
    end = index + 1
    while end < len(chain) and end - index < _LONGEST_NAME:
        word = chain[end]
        if _is_particle(chain, end):
            end += 1
        elif word.stops or not (word.capital or word.name or (promise == _OWN_NAME and word.unknown)):
            break
        end += 1
    return end if end - index > 1 else 0


def _with_capitals(chain: Chain, index: int, promise: int) -> int:
    """Words with capital letters of which the lists know enough."""
    lead, promised = chain[index], promise >= _ROLE
    end = index
    while end < len(chain) and end - index < _LONGEST_NAME:
        if end > index and _is_particle(chain, end) and chain[end + 1].capital:
            end += 1
        elif not chain[end].capital or chain[end].stops:
            break
        end += 1
    if end - index < 2:
        return 0
    others = chain[index + 1 : end]
    if lead.sure and lead.known.first:
        return end
    if lead.opens and not promised and others[0].sure and others[0].known.first and len(others) > 1:
        return 0  # "Ring Peter Hansen": the name begins at the next word
    if lead.known.first or lead.initial:
        return end if promised or any(word.sure for word in others) else 0
    if promised:
        return end if not lead.known.everyday or any(word.name for word in others) else 0
    surname = any(word.sure and word.known.last and not word.known.first for word in others)
    if lead.sure or (lead.unknown and not lead.opens):
        return end if any(word.sure for word in others) else 0
    return end if lead.unknown and (surname or (len(others) > 1 and others[0].sure)) else 0


def _in_lower_case(chain: Chain, index: int, promise: int) -> int:
    """A sure first name and a sure surname, whatever their case; other names may stand between."""
    lead = chain[index]
    if not lead.known.first or index + 1 >= len(chain):
        return 0
    following = chain[index + 1]
    if not lead.sure and (following.known.first or (following.capital and not lead.capital)):
        return 0
    found, at = 0, index + 1
    while at < len(chain) and at - index < _LONGEST_NAME:
        word = chain[at]
        if _is_particle(chain, at):
            at += 1
            continue
        if word.stops or not (word.name or _is_middle(chain, at) or (word.capital and lead.sure and word.unknown)):
            break
        at += 1
        if (word.capital and not word.known.everyday) or (word.sure and word.known.last):
            found = at
    return found


def _is_middle(chain: Chain, index: int) -> bool:
    """Whether a word that is no known name stands where a middle name stands: right before a sure surname."""
    if index + 1 >= len(chain) or not (chain[index + 1].sure and chain[index + 1].known.last):
        return False
    return chain[index].unknown or not chain[index + 1].known.first


def _with_unknown_surname(chain: Chain, index: int, promise: int) -> int:
    """A sure first name and an unknown word in lower case ("henrik skou"), behind a word for a person or at an end."""
    if not (chain[index].sure and chain[index].known.first):
        return 0
    return index + 2 if _is_unknown_surname(chain, index + 1, anywhere=promise > 0) else 0


def _is_unknown_surname(chain: Chain, index: int, *, anywhere: bool) -> bool:
    """Whether an unknown word can be a surname: not inflected, and last in its chain or before a small word."""
    if index >= len(chain):
        return False
    ends = index + 1 == len(chain) or chain[index + 1].known.small
    return chain[index].unknown and not fold(chain[index].text).endswith(_INFLECTED) and (anywhere or ends)


def _is_particle(chain: Chain, index: int) -> bool:
    """Whether "van", "el", "de" stands here between two words of a name."""
    return chain[index].known.particle and index + 1 < len(chain) and chain[index + 1].name


_SURNAME_FIRST_LABEL = re.compile(
    r"\b(?:efternavn(?:et)?|surname|last name|family name)[\s:]{1,3}(?:er |is )?([^\W\d_][\w'\-]{1,40})"
)
_TITLED = re.compile(
    r"(?<![^\W_])(?i:fru|hr\.?|herr|frk\.?|frøken|mrs?\.?|ms\.?|miss|familien|doktor|dr\.?|advokat"
    r"|læge) ([^\W\d_][\w'\-]{2,30})"
)
_CAPITAL_BEFORE = re.compile(r"(?<![^\W_])[A-ZÆØÅ]\w{1,30} $")
_TURNED_ROUND = re.compile(
    r"(?<![^\W_])([^\W\d_][\w'\-]{2,30}), ([^\W\d_][\w'\-]{2,30}(?: [^\W\d_][\w'\-]{2,30})?)(?!,| og |[\w])"
)


def _turned_round(view: View) -> Iterator[Span]:
    """ "Hansen, Peter": a sure surname that is no first name, a comma and a sure first name, with capitals."""
    for match in _TURNED_ROUND.finditer(view.text):
        surname, first = match.group(1), match.group(2).split()[0]
        behind_capital = _CAPITAL_BEFORE.search(view.text[max(0, match.start() - 40) : match.start()])
        if behind_capital or not (surname[0].isupper() and first[0].isupper()):
            continue
        known, known_first = _look_up(surname, False), _look_up(first, False)
        sure = known.last and not (known.first or known.everyday or known.small or known.blocked)
        if sure and known_first.first and not (known_first.everyday or known_first.small or known_first.blocked):
            middle = match.group(2).split()[-1]
            whole = middle[0].isupper() and not (_look_up(middle, False).small or _look_up(middle, False).blocked)
            yield "full_name", match.start(1), match.end(2) if whole else match.start(2) + len(first)


# --- initials --------------------------------------------------------------------------------------------------

_DOTTED = re.compile(
    r"(?<![\w.])((?:[A-ZÆØÅ]\. ?){1,3}[A-ZÆØÅ]\.?)(?![\w\-])(?:,? (?:and|og|&) ([A-ZÆØÅ]{2,4})(?![\w\-]))?"
)
_AFTER_PERSON = re.compile(
    r"(?i:\b(?:borger|borgeren|initialer|initialerne|medarbejder|medarbejderen|patient|patienten|elev"
    r"|eleven|klient|klienten"
    r"|kollega|kollegaen|initials|ansatte|deltager|deltageren|client"
    r"|medarb|sagsbehandler|sagsbehandleren|leder|lederen|chef|chefen|kontaktperson))[\s:.(]{1,3}(?:er "
    r"|is )?([A-ZÆØÅ]{2,4})(?![\w\-])"
)


def initials(view: View) -> Iterator[Span]:
    """Initials with full stops ("M.H.B."), and two to four capitals behind a word for a person ("borger LK")."""
    kept = frozenset(tables()["words"]["initials_kept"].split())
    acronyms = listed("words", "acronyms")
    for match in _DOTTED.finditer(view.text):
        if match.group(1).replace(" ", "") not in kept and not _is_shouting(view.text, match.start()):
            yield "full_name", match.start(1), match.end(1)
            if match.group(2) and match.group(2).lower() not in acronyms:
                yield "full_name", match.start(2), match.end(2)
    for match in _AFTER_PERSON.finditer(view.text):
        if (
            match.group(1).lower() not in acronyms | listed("words", "function")
            and fold(match.group(1)) not in vocabulary()
        ):
            yield "full_name", match.start(1), match.end(1)


def _kept(low: str) -> frozenset[int]:
    """Positions that belong to an organisation or a day in the list `keep`."""
    return frozenset(position for match in _keep().finditer(low) for position in range(*match.span()))


@lru_cache(maxsize=1)
def _keep() -> re.Pattern[str]:
    phrases = sorted((re.escape(phrase.lower()) for phrase in tables()["words"]["keep"]), key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(phrases)})s?(?![^\W_])")
