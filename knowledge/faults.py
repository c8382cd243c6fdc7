"""Faults in content files, told so that a person can mend them: file, line, what, and the mend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from rapidfuzz import fuzz, process

from knowledge.located import Located, Path

_LIMITS = {"ge": "of at least", "le": "of at most", "gt": "above", "lt": "below"}


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend. `file` is written as seen from the repository; `line` is 1-based."""

    file: str
    line: int
    problem: str
    mend: str

    def __str__(self) -> str:
        """Write the fault as one line: file, line, problem, mend."""
        return f"{self.file}, line {self.line}: {self.problem}; {self.mend}"


class ContentError(ValueError):
    """Content that cannot be used: all `faults`; file, line and mend are those of the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))
        self.file, self.line, self.mend = self.faults[0].file, self.faults[0].line, self.faults[0].mend


class Refused(ValueError):
    """Raised inside a model: the value is wrong (`problem`), and what to write instead (`mend`)."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(f"{problem}; {mend}")
        self.problem, self.mend = problem, mend


def nearest(word: object, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be, or None if none is close."""
    hit = process.extractOne(str(word), list(known), scorer=fuzz.ratio, score_cutoff=60)
    return str(hit[0]) if hit else None


def choose(word: object, known: Sequence[str]) -> str:
    """The mend for a word that is not among `known`: the nearest one, then all if they are few."""
    guess = nearest(word, known)
    if len(known) <= 12:
        listed = "write one of " + ", ".join(known)
        return f"did you mean '{guess}'? ({listed})" if guess else listed
    return f"did you mean '{guess}'?" if guess else "write one that exists"


def of_validation(
    error: ValidationError, model: type[BaseModel], where: Located, file: str, base: Path = ()
) -> Iterator[Fault]:
    """Translate pydantic's errors about `model`, found at `base` in the file `where`, into faults."""
    for item in error.errors():
        path: Path = (*base, *(part for part in item["loc"] if part != "__root__"))
        problem, mend = _explain(item, path, model, error, where)
        yield Fault(file, where.line(path), problem, mend)


def _explain(
    item: Mapping[str, Any], path: Path, model: type[BaseModel], error: ValidationError, where: Located
) -> tuple[str, str]:
    key, kind, ctx = _key(path), str(item["type"]), item.get("ctx") or {}
    value = _value(where.data, path)
    if kind == "value_error.missing":
        return f"'{key}' is missing", f"add a line `{key}:` here"
    if kind == "value_error.extra":
        return f"the key '{key}' is unknown", _mend_key(key, _model_at(model, path, where.data))
    if kind == "type_error.enum":
        names = [str(v.value) if isinstance(v, Enum) else str(v) for v in ctx.get("enum_values", ())]
        return f"{key} '{value}' is not one of {', '.join(names)}", choose(value, names)
    if kind == "value_error.const":
        names = [str(v) for v in ctx.get("permitted", ())]
        return f"{key} '{value}' is not one of {', '.join(names)}", choose(value, names)
    if kind == "type_error.none.not_allowed":
        return f"'{key}' is empty", "write a value (a list without lines is written `[]`)"
    if kind in {"type_error.tuple", "type_error.list"}:
        return f"'{key}' should be a list", "write each entry on its own line after `- `"
    if kind == "type_error.dict":
        return f"'{key}' should hold keys of its own", f"write them indented below `{key}:`"
    if kind.startswith("value_error.strictbool"):
        return f"{key} '{value}' is not true or false", "write true or false, without quotes"
    if kind.startswith(("type_error.integer", "type_error.float", "value_error.strictint")):
        return f"{key} '{value}' is not a number", "write the number alone, without quotes"
    if kind.startswith("value_error.number.not_"):
        limit = ctx.get("limit_value")
        return f"{key} '{value}' is outside its scale", f"write a number {_LIMITS[kind.rsplit('_', 1)[-1]]} {limit}"
    if kind == "value_error.any_str.min_length":
        return f"'{key}' is an empty text", "write the text, or null where nothing is known"
    if kind == "type_error.str":
        return f"'{key}' should be one text", "write it as a text in quotes or below `>-`"
    problem, _, mend = str(item["msg"]).partition("; ")
    return problem, mend or "mend the value"


def _key(path: Path) -> str:
    names = [part for part in path if isinstance(part, str)]
    return names[-1] if names else "the file"


def _value(data: Any, path: Path) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _mend_key(key: str, model: type[BaseModel]) -> str:
    known = list(model.__fields__)
    guess = nearest(key, known)
    listed = "keys here: " + ", ".join(known)
    return f"did you mean '{guess}'? ({listed})" if guess else f"take the line away ({listed})"


def _model_at(model: type[BaseModel], path: Path, data: Any) -> type[BaseModel]:
    """The model of the mapping that holds the last key of `path`; of several, the most alike."""
    candidates = [model]
    for part in path[:-1]:
        data = data[part]
        if isinstance(part, str) and part in model.__fields__:
            inner = model.__fields__[part].type_
            kinds = (inner, *get_args(inner))
            candidates = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        if isinstance(data, dict) and candidates:
            model = max(candidates, key=lambda kind: len(kind.__fields__.keys() & data.keys()))
    return model
