"""What kind of line it is, learned from lines that people labelled: hashed pieces and words, cues, and the meaning of
the line where there are vectors; one linear separator per code. The probability of a group is the sum of its codes':
one separator per group and others within it were tried too, and were two points worse.

The line before is read for cues only (was advice asked for? how much of it comes back?). Its meaning is left out on
purpose: in the lines we learn from it alone tells the code at macro-F1 .43, which no real talk would.

Kept as plain numbers with a hash of what they were made from: reading them runs no code.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import random
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nlu.components.intents import fold
from nlu.practice import cues
from nlu.practice.clauses import clauses
from nlu.vectors import SIZE

logger = logging.getLogger(__name__)

Numbers = np.ndarray[Any, Any]
VectorsOf = Callable[[Sequence[str]], "Numbers | None"]

GROUPS: Mapping[str, tuple[str, ...]] = {
    "question": ("open_question", "closed_question"),
    "reflection": ("simple_reflection", "complex_reflection"),
    "adherent": ("affirm", "seek_collaboration", "emphasise_autonomy"),
    "non_adherent": ("persuade", "confront"),
    "information": ("give_information", "persuade_with_permission"),
    "other": ("other",),
}
"""The two tiers: groups, and the codes of each (MITI 4.2.1; open and closed questions are our own extra)."""
CODES = tuple(code for codes in GROUPS.values() for code in codes)
GROUP_OF = {code: group for group, codes in GROUPS.items() for code in codes}
SHARP = 3.6
"""Margins times this give probabilities whose mean is the accuracy on lines of other authors."""
STRENGTH = 0.1
"""scikit-learn's `C`."""
A_CUE = 0.4
"""What a cue counts for beside the whole of the pieces, the whole of the words and the meaning, which count for 1."""
HURTFUL_COUNTS, HURTFUL_STRENGTH = 3.0, 0.3
"""What a line of the collection on wordings counts for beside an ordinary one, and `C` for them."""
VERSION = 3
"""Raised when the features or the training change, so that older files are made anew."""
_PIECES, _WORDS = 1 << 16, 1 << 15
_LETTERS_PER_TYPO = 25


@dataclass(frozen=True)
class Line:
    """A line to learn from; `previous` is what the other side said before it, `hurts`: it holds a hurtful word."""

    text: str
    previous: str | None
    code: str
    author: str
    hurts: bool = False


@dataclass(frozen=True)
class Hurtful:
    """A line of the collection on wordings: whether it hurts somebody, or only looks so."""

    text: str
    hurts: bool
    author: str


def read_lines(files: Iterable[Path]) -> list[Line]:
    """The labelled lines of JSONL files.

    Raises:
        OSError, ValueError, KeyError: a file cannot be read or is not of the form text/previous/code/author.
    """
    rows = [json.loads(row) for file in files for row in file.read_text(encoding="utf-8").splitlines() if row.strip()]
    return [Line(r["text"], r["previous"], r["code"], r["author"], bool(r.get("stigma"))) for r in rows]


def read_hurtful(files: Iterable[Path]) -> list[Hurtful]:
    """The lines on wordings. Raises OSError, ValueError, KeyError as `read_lines`."""
    rows = [json.loads(row) for file in files for row in file.read_text(encoding="utf-8").splitlines() if row.strip()]
    return [Hurtful(r["text"], bool(r["stigmatising"]), r["author"]) for r in rows]


def without_marks(text: str) -> str:
    """`text` as typed in haste: small letters, no punctuation."""
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s]", " ", text)).strip().lower()


def with_typos(text: str, chance: random.Random) -> str:
    """`text` with a letter lost, doubled or changed round, once in some 25 letters."""
    letters = list(text)
    for _ in range(max(1, len(letters) // _LETTERS_PER_TYPO)):
        place = chance.randrange(max(1, len(letters) - 1))
        kind = chance.randrange(3)
        if kind == 0:
            letters[place] = ""
        elif kind == 1 and place + 1 < len(letters):
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        else:
            letters[place] *= 2
    return "".join(letters)


class Separators:
    """The learned numbers: how much every feature speaks for each code."""

    def __init__(self, arrays: Mapping[str, Numbers]) -> None:
        """What `learn` gave, or what was kept of it (`arrays`)."""
        self.arrays = dict(arrays)
        self._reader = _Reader(arrays["idf"])
        self._centre = arrays["centre"]
        self._weights, self._offsets = arrays["weights"], arrays["offsets"]
        self._known = frozenset(map(str, arrays["words"]))

    def knows(self, line: str, previous: str | None) -> bool:
        """Whether `line` holds a word that was ever seen, in the lines learned from or in the line before."""
        words = cues.plain(line).split()
        said = set(cues.plain(previous).split()) if previous else set()
        return any(word in self._known or word in said for word in words)

    def hurts(self, line: str, vector: Numbers | None = None) -> tuple[float, str]:
        """How much `line` sounds like one that hurts; above 0, where it rather does, also the clause that does most."""
        features = self._reader.features([(line, None)])
        weights, width = self.arrays["hurts"], features.shape[1]
        score = float((features @ weights[:width])[0] + self.arrays["hurts_offset"][0])
        if vector is not None and len(self._centre):
            score += float(_centred(vector[None, :], self._centre)[0] @ weights[width:])
        if score <= 0:
            return score, ""
        pieces = clauses(line)
        by_piece = self._reader.features([(piece, None) for piece in pieces]) @ weights[:width]
        return score, pieces[int(np.argmax(by_piece))]

    def ask(self, line: str, previous: str | None, vector: Numbers | None = None) -> dict[str, float]:
        """Code → probability of a line, or of one of its clauses; the probabilities add up to 1."""
        return self.ask_all([(line, previous)], None if vector is None else vector[None, :])[0]

    def ask_all(
        self, lines: Sequence[tuple[str, str | None]], vectors: Numbers | None = None
    ) -> list[dict[str, float]]:
        """The same of many lines; `vectors` has a row for each."""
        words = self._reader.features(lines)
        margins = np.asarray(words @ self._weights[: words.shape[1]]) + self._offsets
        if vectors is not None and len(self._centre):
            margins = margins + _centred(vectors, self._centre) @ self._weights[words.shape[1] :]
        odds = np.exp(SHARP * (margins - margins.max(axis=1, keepdims=True)))
        odds /= odds.sum(axis=1, keepdims=True)
        return [dict(zip(CODES, map(float, row), strict=True)) for row in odds]


def learn(lines: Sequence[Line], hurtful: Sequence[Hurtful], vectors_of: VectorsOf) -> Separators:
    """Separators from `lines`, each also without punctuation and with typos, and one more for what hurts.

    The same lines give the same numbers.
    """
    from scipy.sparse import csr_matrix, hstack  # Only here: a service with its file at hand needs neither.
    from sklearn.svm import LinearSVC

    chance = random.Random(0)
    bare = [without_marks(line.text) for line in lines]
    texts = [line.text for line in lines] + bare + [with_typos(text, chance) for text in bare]
    previous = [line.previous for line in lines] * 3
    codes = np.array([line.code for line in lines] * 3)
    reader = _Reader.fitted(texts)
    features = reader.features(list(zip(texts, previous, strict=True)))
    read = vectors_of([line.text for line in lines])
    centre = np.zeros(0, dtype=np.float32)
    if read is not None:
        centre = read.mean(axis=0)
        features = hstack([features, csr_matrix(np.tile(_centred(read, centre), (3, 1)))]).tocsr()
    columns: list[Numbers] = []
    offsets: list[float] = []
    for code in CODES:
        separator = LinearSVC(C=STRENGTH, class_weight="balanced", random_state=0)
        separator.fit(features, codes == code)
        columns.append(separator.coef_[0].astype(np.float32))
        offsets.append(float(separator.intercept_[0]))
    weights = np.stack(columns, axis=1)
    hurts, hurts_offset = _learn_hurts(lines, hurtful, reader, vectors_of, centre)
    words = sorted({word for line in lines for word in cues.plain(line.text).split()})
    return Separators(
        {
            "weights": weights,
            "offsets": np.array(offsets, dtype=np.float32),
            "idf": reader.idf,
            "centre": centre,
            "words": np.array(words),
            "hurts": hurts,
            "hurts_offset": hurts_offset,
        }
    )


def _learn_hurts(
    lines: Sequence[Line], hurtful: Sequence[Hurtful], reader: _Reader, vectors_of: VectorsOf, centre: Numbers
) -> tuple[Numbers, Numbers]:
    from scipy.sparse import csr_matrix, hstack
    from sklearn.svm import LinearSVC

    texts = [line.text for line in lines] + [line.text for line in hurtful]
    truth = np.array([line.hurts for line in lines] + [line.hurts for line in hurtful])
    counts = np.array([1.0] * len(lines) + [HURTFUL_COUNTS] * len(hurtful))
    features = reader.features([(text, None) for text in texts])
    read = vectors_of(texts) if len(centre) else None
    if read is not None:
        features = hstack([features, csr_matrix(_centred(read, centre))]).tocsr()
    separator = LinearSVC(C=HURTFUL_STRENGTH, class_weight="balanced", random_state=0)
    separator.fit(features, truth, sample_weight=counts)
    return separator.coef_[0].astype(np.float32), separator.intercept_.astype(np.float32)


class _Reader:
    """Turns lines into features: hashed pieces, hashed words, cues."""

    def __init__(self, idf: Numbers) -> None:
        from sklearn.feature_extraction.text import HashingVectorizer

        shared = {"norm": None, "alternate_sign": False, "lowercase": False, "dtype": np.float32}
        self.idf = idf
        self._pieces = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=_PIECES, **shared)
        self._words = HashingVectorizer(ngram_range=(1, 2), token_pattern=r"\w+|\?", n_features=_WORDS, **shared)
        self._places = {name: place for place, name in enumerate(cues.read().names)}

    @classmethod
    def fitted(cls, texts: Sequence[str]) -> _Reader:
        """A reader that knows how rare each piece and word is in `texts`."""
        reader = cls(np.ones(_PIECES + _WORDS, dtype=np.float32))
        seen_in = np.concatenate(
            [np.bincount(table.indices, minlength=table.shape[1]) for table in reader._counts(texts)]
        )
        reader.idf = (np.log((1 + len(texts)) / (1 + seen_in)) + 1).astype(np.float32)
        return reader

    def _counts(self, texts: Sequence[str]) -> tuple[Any, Any]:
        folded = [fold(text) for text in texts]
        return self._pieces.transform(folded), self._words.transform(folded)

    def features(self, lines: Sequence[tuple[str, str | None]]) -> Any:
        """A sparse row for each line and the line before it."""
        from scipy.sparse import csr_matrix, hstack
        from sklearn.preprocessing import normalize

        parts = []
        start = 0
        for table in self._counts([text for text, _ in lines]):
            table.data = (1 + np.log(table.data)) * self.idf[start + table.indices]
            parts.append(normalize(table, copy=False))
            start += table.shape[1]
        shown = np.zeros((len(lines), len(self._places)), dtype=np.float32)
        for row, (text, previous) in enumerate(lines):
            for name, value in cues.seen(clauses(text), previous).items():
                shown[row, self._places[name]] = A_CUE * value
        return hstack([*parts, csr_matrix(shown)]).tocsr().astype(np.float32)


def _centred(read: Numbers, centre: Numbers) -> Numbers:
    moved = read - centre
    return (moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def fingerprint(files: Iterable[Path], with_meaning: bool) -> str:
    """The hash of what separators are made from: the lines, the cues, the version of this code, and vectors or not.

    Raises:
        OSError: a file cannot be read.
    """
    digest = hashlib.sha256(f"practice {VERSION} {CODES} {_PIECES} {_WORDS} {with_meaning}".encode())
    for file in (*files, cues.FILE):
        digest.update(b"\0" + file.read_bytes())
    return digest.hexdigest()


def save(separators: Separators, file: Path, made_from: str) -> None:
    """Keep the numbers in `file`, readable by its owner only, with a hash of them and of what they were made from.

    Raises:
        OSError: the file cannot be written.
    """
    arrays = separators.arrays
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            np.savez_compressed(out, made_from=np.array(made_from), content=np.array(_content(arrays)), **arrays)
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def load(file: Path, made_from: str) -> Separators | None:
    """The separators kept in `file`; None when it is missing, broken, or made from something else."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files if name not in ("made_from", "content")}
            if str(kept["made_from"]) != made_from or str(kept["content"]) != _content(arrays):
                return None
        width = _PIECES + _WORDS + len(cues.read().names) + (SIZE if len(arrays["centre"]) else 0)
        if arrays["weights"].shape != (width, len(CODES)) or arrays["hurts"].shape != (width,):
            return None
        return Separators(arrays)
    except Exception as problem:  # A file can be broken in more ways than numpy documents; all mean "make it anew".
        logger.info("No coder of practice lines read from its file (%s).", type(problem).__name__)
        return None


def _content(arrays: Mapping[str, Numbers]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(name.encode() + arrays[name].tobytes())
    return digest.hexdigest()
