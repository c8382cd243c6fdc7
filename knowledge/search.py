"""Finds schemes, employers' questions, accommodations and methods by what people write.

People write "lonkompensation", "arbejdspladsindretningen", "støjdæmpende hovedtelefoner" or "flexible job". So words
are compared without endings and without Danish letters, compounds also by their parts, unknown words by their nearest
known one, and words for the same thing count as the same (`search_words.yml`). An index is built once per content
and then only read: it may be used from several threads.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.models import Bilingual, Challenge, Method, Question, Scheme, Topic
from knowledge.schema import Content

_WORDS_FILE = Path(__file__).with_name("search_words.yml")
_WORD = re.compile(r"§|\d+|[^\W\d_]+")
_LETTERS = str.maketrans("æøåäöüéèêáàóícw", "aoaaoueeeaaoikv")
_WRITTEN_OUT = (("ae", "a"), ("oe", "o"), ("aa", "a"), ("x", "ks"))
_ENDINGS = tuple(
    sorted(
        (
            *("e", "s", "t", "r", "en", "et", "er", "es", "ede", "ens", "ets", "ene", "erne", "ernes", "ers", "enes"),
            *("ende", "ning", "ningen", "ninger", "ningerne", "else", "elsen", "elser", "elserne", "eren", "erens"),
            *("ing", "ed", "ies", "ly"),
        ),
        key=len,
        reverse=True,
    )
)
"""Danish and English endings, longest first, after folding."""
_SHORTEST_STEM, _SHORTEST_PART = 3, 3
"""Letters that an ending leaves, and that a part of a compound has."""
_MIN_TYPO, _MIN_TWO_TYPOS = 5, 10
"""Shortest words, in letters, that may hold one typo, hold two."""
_MIN_ALIKE, _MOST_ALIKE = 0.4, 3
"""From which likeness of letters (0-1), and how many, words stand in for one that is not known."""
_MIN_BEGINNING, _LONG_BEGINNING = 5, 8
"""Letters of a common beginning; so many that the rest of the word may be of any length."""
_SAME, _PART, _BEGINNING, _TYPO = 0.9, 0.75, 0.7, 0.8
"""How much a match counts that is not the word itself."""
_NAME, _MAIN, _TEXT = 1.0, 0.8, 0.3
"""How much a word counts by where it stands: in a name, in the main text, in what else is said."""
_BY_NAME = 0.5
"""How much of the score the best name makes up; what is said anywhere makes up the rest."""
_ASKED_SCORE, _ASKED_NAMED, _ASKED_AHEAD, _ASKED_WORDS = 0.7, 0.7, 0.2, 3
"""What an employers' question has to reach to be answered: in all, by its own words, before the next; from how many
words that tell something."""
_MOST_WORDS = 60
"""Words of a message that are looked at; questions are shorter."""
_NONE: dict[int, float] = {}

_Key = TypeVar("_Key")


class Kind(StrEnum):
    """What can be found."""

    SCHEME = "scheme"
    QUESTION = "question"
    ACCOMMODATION = "accommodation"
    METHOD = "method"
    TOPIC = "topic"


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is, its id, what it is called, and how well it fits (0-1).

    `named` is how well its best name (a question's own words) alone fits: low where only what it says does.
    """

    kind: Kind
    id: str
    title: Bilingual
    score: float
    named: float


@dataclass(frozen=True)
class _Item:
    """What is indexed: names, each by itself, main text and other text. It holds from `first` to `last`."""

    kind: Kind
    id: str
    title: Bilingual
    names: tuple[str, ...]
    main: tuple[str, ...]
    text: tuple[str, ...]
    first: date = date.min
    last: date = date.max


class Index:
    """All of a content, ready to be searched. Building takes a fraction of a second; `search` is pure."""

    def __init__(self, content: Content) -> None:
        """Read the content once."""
        self._items = tuple(_items(content))
        self._known: dict[str, float] = {}
        self._in_item: defaultdict[str, dict[int, float]] = defaultdict(dict)
        self._in_name: defaultdict[str, dict[int, float]] = defaultdict(dict)
        self._name_of: list[int] = []
        self._name_weight: list[float] = []
        self._fill()
        self._sorted = sorted(self._known)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for stem in self._sorted:
            self._by_length[len(stem)].append(stem)
        self._with_three: dict[str, list[str]] = defaultdict(list)
        for stem in self._sorted:
            for three in _threes(stem):
                self._with_three[three].append(stem)
        self._meant = lru_cache(maxsize=8192)(self._meanings)

    # --- building -----------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        texts = [
            [(_NAME, name) for name in item.names] + [(_MAIN, t) for t in item.main] + [(_TEXT, t) for t in item.text]
            for item in self._items
        ]
        seen: dict[str, set[int]] = defaultdict(set)
        for number, fields in enumerate(texts):
            for _, text in fields:
                for word in words_of(text):
                    seen[stem_of(word)].add(number)
        most = math.log(1 + len(self._items))
        self._known = {stem: math.log(1 + len(self._items) / len(items)) / most for stem, items in seen.items()}
        parts = lru_cache(maxsize=None)(self._split)
        for number, fields in enumerate(texts):
            for weight, text in fields:
                words = {stem_of(word): parts(word) for word in words_of(text)}
                if weight == _NAME and words:
                    self._add_name(number, words)
                for stem, inside in words.items():
                    _raise(self._in_item[stem], number, weight)
                    for part in inside:
                        _raise(self._in_item[part], number, weight * _PART)

    def _add_name(self, item: int, words: dict[str, tuple[str, ...]]) -> None:
        name = len(self._name_of)
        self._name_of.append(item)
        self._name_weight.append(sum(self._known[stem] for stem in words))
        for stem, inside in words.items():
            _raise(self._in_name[stem], name, self._known[stem])
            for part in inside:
                _raise(self._in_name[part], name, self._known[stem] * _PART / len(inside))

    def _split(self, word: str) -> tuple[str, ...]:
        """The stems of the two known words of which a compound is made; none if it is not made so."""
        best: tuple[int, tuple[str, ...]] = (0, ())
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            even, last = min(cut, len(word) - cut), stem_of(word[cut:])
            if even <= best[0] or not self._is_word(last):
                continue
            # "hjemme|arbejde", "planlægning|s|app".
            firsts = (stem_of(word[:cut]), stem_of(word[:cut].removesuffix("s")))
            if first := next(filter(self._is_word, firsts), None):
                best = even, (first, last)
        return best[1]

    def _is_word(self, stem: str) -> bool:
        return len(stem) >= _SHORTEST_STEM - 1 and (stem in self._known or stem in _same())

    # --- searching ----------------------------------------------------------------------------------------------

    def search(self, text: str, on: date, kinds: Collection[Kind] = tuple(Kind), limit: int = 5) -> tuple[Hit, ...]:
        """What fits `text` as of the day `on`, best first, at most `limit`; nothing when no word tells anything.

        Closed and unclear schemes are found too: whoever shows one looks up how it stands (`Store.scheme`).
        Never raises.
        """
        words = list(dict.fromkeys(words_of(text)))[:_MOST_WORDS]
        if all(stem_of(word) in _weak() for word in words):
            return ()
        scores = self._scores(words)
        found = (
            (score, item)
            for item, (score, _) in scores.items()
            if self._items[item].kind in kinds and self._items[item].first <= on <= self._items[item].last
        )
        ranked = sorted(found, key=lambda one: (-one[0], one[1]))[:limit]
        return tuple(self._hit(item, *scores[item]) for _, item in ranked)

    def asked(self, text: str, on: date) -> str | None:
        """The id of the employers' question that `text` asks, nearly in its own words; None where that is in doubt.

        In doubt is what fits only in part, fits two questions about as well, or rests on a word or two ("hvor mange
        timer kan vi få?" may lean on what was said before).
        """
        if len({stem_of(word) for word in words_of(text)}) < _ASKED_WORDS:
            return None
        hits = self.search(text, on, (Kind.QUESTION,), 2)
        if not hits or hits[0].score < _ASKED_SCORE or hits[0].named < _ASKED_NAMED:
            return None
        ahead = hits[0].score - hits[1].score if len(hits) > 1 else hits[0].score
        return hits[0].id if ahead >= _ASKED_AHEAD else None

    def _hit(self, item: int, score: float, named: float) -> Hit:
        found = self._items[item]
        return Hit(found.kind, found.id, found.title, round(score, 4), round(named, 4))

    def _scores(self, words: list[str]) -> dict[int, tuple[float, float]]:
        """How well each item fits, half by what it says and half by its best name, each word by its rarity.

        Beside it stands how well the best name fits alone.

        A name fits the better the more of the words it holds and the less else (the harmonic mean of both).
        """
        total = 0.0
        said: dict[int, float] = defaultdict(float)
        asked: dict[int, float] = defaultdict(float)
        named: dict[int, float] = defaultdict(float)
        together = ("", *(self._joined(first, last) for first, last in pairwise(words)), "")
        for word, joined in zip(words, pairwise(together), strict=False):
            weight, meanings = self._meant(word)
            total += weight
            in_items: dict[int, float] = {}
            in_names: dict[int, float] = {}
            shares: dict[int, float] = {}
            for stem, likeness in (*meanings, *((stem, 1.0) for stem in joined if stem)):
                for item, place in self._in_item[stem].items():
                    _raise(in_items, item, place * likeness)
                for name, share in self._in_name.get(stem, _NONE).items():
                    _raise(in_names, name, likeness * min(1.0, share / self._known[stem]))
                    _raise(shares, name, likeness * share)
            for item, value in in_items.items():
                said[item] += weight * value
            for name, value in in_names.items():
                asked[name] += weight * value
                named[name] += shares[name]
        best_name: dict[int, float] = {}
        for name, value in asked.items():
            of_words, of_name = value / total, min(1.0, named[name] / self._name_weight[name])
            _raise(best_name, self._name_of[name], 2 * of_words * of_name / (of_words + of_name))
        return {
            item: ((1 - _BY_NAME) * value / total + _BY_NAME * best_name.get(item, 0.0), best_name.get(item, 0.0))
            for item, value in said.items()
        }

    def _joined(self, first: str, last: str) -> str:
        """The known word that two words make when written together ("løn tilskud"); empty if they make none."""
        stem = stem_of(first + last)
        return stem if stem in self._known else ""

    def _meanings(self, word: str) -> tuple[float, tuple[tuple[str, float], ...]]:
        """How much a folded word weighs, and the stems that it may mean with how surely each."""
        own = stem_of(word)
        meant: dict[str, float] = {own: 1.0}
        for stem in self._beginning(own):
            _raise(meant, stem, _BEGINNING)
        parts = self._split(word)
        for part in parts:
            _raise(meant, part, _PART)
        if not (parts or self._is_word(own)):
            for stem, likeness in self._nearest(own) or self._alike(own):
                _raise(meant, stem, likeness)
        for stem, likeness in list(meant.items()):
            for other in _same().get(stem, ()):
                _raise(meant, other, likeness * _SAME)
        known = {stem: likeness for stem, likeness in meant.items() if stem in self._known}
        weight = self._known.get(own) or max((self._known[stem] for stem in known), default=1.0)
        return weight, tuple(known.items())

    def _beginning(self, word: str) -> Iterator[str]:
        """Known words that begin as this one does, or with which it begins, if most of the longer one is the same."""
        if len(word) < _MIN_BEGINNING:
            return
        start = bisect_left(self._sorted, word[:_MIN_BEGINNING])
        for stem in self._sorted[start:]:
            if not stem.startswith(word[:_MIN_BEGINNING]):
                return
            shorter, longer = sorted((stem, word), key=len)
            if longer.startswith(shorter) and (len(shorter) >= _LONG_BEGINNING or len(shorter) * 3 >= len(longer) * 2):
                yield stem

    def _nearest(self, word: str) -> list[tuple[str, float]]:
        """The known words from which this one differs by a typo or two."""
        if len(word) < _MIN_TYPO:
            return []
        allowed = 2 if len(word) >= _MIN_TWO_TYPOS else 1
        lengths = range(len(word) - allowed, len(word) + allowed + 1)
        among = [stem for length in lengths for stem in self._by_length.get(length, ())]
        found = process.extract(word, among, scorer=OSA.distance, score_cutoff=allowed, limit=3)
        return [(stem, _TYPO) for stem, distance, _ in found if distance == found[0][1]]

    def _alike(self, word: str) -> list[tuple[str, float]]:
        """The known words that share most of their letters with this one ("kronikerordning": "kronikeraftale")."""
        own = _threes(word)
        shared = Counter(stem for three in own for stem in self._with_three.get(three, ()))
        alike = ((stem, 2 * same / (len(own) + len(_threes(stem)))) for stem, same in shared.items())
        best = sorted((one for one in alike if one[1] >= _MIN_ALIKE), key=lambda one: (-one[1], one[0]))
        return best[:_MOST_ALIKE]


# --- words ----------------------------------------------------------------------------------------------------------


def fold(word: str) -> str:
    """A word in small letters, with æ, ø and å as a, o and a, however they were typed."""
    folded = word.casefold().translate(_LETTERS)
    for written, letter in _WRITTEN_OUT:
        folded = folded.replace(written, letter)
    return folded


def stem_of(folded: str) -> str:
    """A folded word without its ending ("lonnen" → "lon")."""
    for ending in _ENDINGS:
        if folded.endswith(ending) and len(folded) - len(ending) >= _SHORTEST_STEM:
            folded = folded[: -len(ending)]
            break
    if len(folded) > _SHORTEST_STEM and folded[-1] == folded[-2]:
        folded = folded[:-1]
    return folded


def _threes(word: str) -> frozenset[str]:
    """The groups of three letters in a word, its beginning and end marked."""
    marked = f"^{word}$"
    return frozenset(marked[i : i + 3] for i in range(len(marked) - 2))


def words_of(text: str) -> Iterator[str]:
    """The words of a text that tell something, folded."""
    for match in _WORD.finditer(text):
        folded = "paragraf" if match[0] == "§" else fold(match[0])
        if folded not in _small():
            yield folded


@lru_cache(maxsize=1)
def _tables() -> dict[str, list[list[str]]]:
    return yaml.safe_load(_WORDS_FILE.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _small() -> frozenset[str]:
    return frozenset(fold(word) for words in _tables()["small"] for word in words)


@lru_cache(maxsize=1)
def _weak() -> frozenset[str]:
    return frozenset(stem_of(fold(word)) for words in _tables()["weak"] for word in words)


@lru_cache(maxsize=1)
def _same() -> dict[str, frozenset[str]]:
    same: dict[str, frozenset[str]] = {}
    for words in _tables()["same"]:
        group = frozenset(stem_of(fold(word)) for word in words)
        for stem in group:
            same[stem] = same.get(stem, frozenset()) | group - {stem}
    return same


def _raise(values: dict[_Key, float], key: _Key, value: float) -> None:
    """Keep the highest value that a key was given."""
    if value > values.get(key, 0.0):
        values[key] = value


# --- what is indexed ------------------------------------------------------------------------------------------------


def _items(content: Content) -> Iterator[_Item]:
    for scheme in content.schemes:
        yield from _of_scheme(scheme)
    names = {scheme.id: scheme.all_names() for scheme in content.schemes}
    for question in content.questions:
        yield _of_question(question, [name for scheme in question.scheme_ids for name in names[scheme]])
    for challenge in content.challenges:
        yield from _of_challenge(challenge)
    yield from map(_of_method, content.methods)
    yield from map(_of_topic, content.topics)


def _of_scheme(scheme: Scheme) -> Iterator[_Item]:
    """One item per version, each for its days. Before the first known day the name still leads to the scheme."""
    versions = (scheme, *scheme.versions)
    for version, later in zip(versions, (*versions[1:], None), strict=True):
        yield _Item(
            Kind.SCHEME,
            version.id,
            version.name,
            version.all_names(),
            _both(version.summary),
            (*version.who_can_get_it, *(b.text for b in version.what_you_get), *version.good_to_know, version.example),
            date.min if version is scheme else version.valid_from or date.min,
            later.valid_from - timedelta(days=1) if later and later.valid_from else date.max,
        )


def _of_question(question: Question, about: Sequence[str]) -> _Item:
    """`about` are the names of its schemes: "Hvor mange timer kan vi få?" does not say of what."""
    asked = _both(question.question)
    return _Item(Kind.QUESTION, question.id, question.question, asked, tuple(about), question.answer_must_contain)


def _of_challenge(challenge: Challenge) -> Iterator[_Item]:
    about = (*_both(challenge.name), *challenge.signs_at_work)
    for one in challenge.accommodations:
        yield _Item(Kind.ACCOMMODATION, one.id, one.text, _both(one.text), (), about)


def _of_method(method: Method) -> _Item:
    main = (method.short_en, method.purpose)
    return _Item(Kind.METHOD, method.id, method.name, _both(method.name), main, method.steps)


def _of_topic(topic: Topic) -> _Item:
    return _Item(Kind.TOPIC, topic.id, topic.name, _both(topic.name), (topic.note,), ())


def _both(text: Bilingual) -> tuple[str, ...]:
    return (text.da, text.en) if text.en else (text.da,)
