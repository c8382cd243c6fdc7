"""Reads the content files into models, or says exactly what to mend.

`read_content` needs no database: the language understanding uses it for names and aliases, the store for
loading.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from knowledge import checks, faults, located
from knowledge.contacts import Contact, load_contacts
from knowledge.faults import ContentError, Fault
from knowledge.located import Located, NotYaml
from knowledge.models import (
    Challenge,
    ChallengeGuide,
    Challenges,
    Change,
    Changes,
    Diagnosis,
    Fact,
    Facts,
    Goal,
    Implication,
    Method,
    MethodGuide,
    Methods,
    Model,
    Municipalities,
    Municipality,
    Question,
    Questions,
    Rate,
    Rates,
    Reform,
    RuleLanguage,
    Scheme,
    SchemeLine,
    Source,
    Sources,
    Topic,
    Vocabulary,
)

__all__ = ["CONTENT_FOLDER", "Content", "ContentError", "Fault", "read_content"]

#: The content that comes with the product.
CONTENT_FOLDER = Path(__file__).parent

_FILES = (
    "changes.yml",
    "rates.yml",
    "questions/employers.yml",
    "challenges.yml",
    "municipalities.yml",
    "methods.yml",
    "facts.yml",
    "sources.yml",
    "vocabulary.yml",
    "contacts.yml",
)
_FIXED = {"id", "aliases", "versions"}
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Content:
    """Everything the files hold, checked. `hash` changes when, and only when, the content does."""

    schemes: tuple[Scheme, ...]
    changes: tuple[Change, ...]
    topics: tuple[Topic, ...]
    rates: tuple[Rate, ...]
    questions: tuple[Question, ...]
    challenges: tuple[Challenge, ...]
    diagnoses: tuple[Diagnosis, ...]
    scheme_lines: tuple[SchemeLine, ...]
    municipalities: tuple[Municipality, ...]
    methods: tuple[Method, ...]
    goals: tuple[Goal, ...]
    facts: tuple[Fact, ...]
    implications: tuple[Implication, ...]
    sources: tuple[Source, ...]
    reform: Reform
    rule_language: RuleLanguage
    challenge_guide: ChallengeGuide
    method_guide: MethodGuide
    vocabulary: Vocabulary
    notes: dict[str, tuple[str, ...]]
    contacts: tuple[Contact, ...]
    hash: str = field(compare=False)


def read_content(folder: Path = CONTENT_FOLDER) -> Content:
    """Read and check all content files in `folder`. Raises ContentError with every fault that was found."""
    found = _Reading(folder)
    schemes = tuple(filter(None, (found.scheme(name) for name in found.scheme_names)))
    changes = found.model("changes.yml", Changes)
    rates = found.model("rates.yml", Rates)
    questions = found.model("questions/employers.yml", Questions)
    challenges = found.model("challenges.yml", Challenges)
    towns = found.model("municipalities.yml", Municipalities)
    methods = found.model("methods.yml", Methods)
    facts = found.model("facts.yml", Facts)
    sources = found.model("sources.yml", Sources)
    vocabulary = found.model("vocabulary.yml", Vocabulary)
    contacts = found.contacts("contacts.yml")
    found.faults.extend(checks.faults(found.files, found.shown_as))
    if (
        found.faults
        or changes is None
        or rates is None
        or questions is None
        or challenges is None
        or towns is None
        or methods is None
        or facts is None
        or sources is None
        or vocabulary is None
    ):
        raise ContentError(found.faults)
    return Content(
        schemes=schemes,
        changes=changes.changes,
        topics=changes.topics,
        rates=rates.rates,
        questions=questions.questions,
        challenges=challenges.challenges,
        diagnoses=challenges.diagnoses,
        scheme_lines=challenges.scheme_lines,
        municipalities=towns.municipalities,
        methods=methods.methods,
        goals=methods.choose_by_goal,
        facts=facts.facts,
        implications=facts.implications,
        sources=sources.sources,
        reform=changes.reform,
        rule_language=facts.rule_language,
        challenge_guide=challenges.guide,
        method_guide=methods.guide,
        vocabulary=vocabulary,
        notes={
            "changes": changes.notes,
            "rates": rates.notes,
            "questions": questions.notes,
            "municipalities": towns.notes,
        },
        contacts=contacts,
        hash=found.hash(),
    )


class _Reading:
    """One reading of a folder: the files as data, and the faults met so far."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.faults: list[Fault] = []
        self.files: dict[str, Located] = {}
        names = sorted(p.relative_to(folder).as_posix() for p in (folder / "schemes").glob("*.yml"))
        self.scheme_names = names
        self.shown_as = {name: f"{folder.resolve().name}/{name}" for name in (*names, *_FILES)}
        if not names:
            self.faults.append(Fault(f"{folder.name}/schemes", 1, "there are no schemes", "add the scheme files"))
        for name in self.shown_as:
            self._read(folder / name, name)

    def _read(self, path: Path, name: str) -> None:
        try:
            self.files[name] = located.read(path.read_text(encoding="utf-8"))
        except NotYaml as error:
            self.faults.append(Fault(self.shown_as[name], error.line, error.problem, error.mend))
        except UnicodeDecodeError:
            self.faults.append(Fault(self.shown_as[name], 1, "the file is not UTF-8 text", "save it as UTF-8"))
        except OSError:
            self.faults.append(Fault(self.shown_as[name], 1, "the file is missing", "put it back"))

    def hash(self) -> str:
        """A digest of what the files say; comments and layout do not count."""
        data = {name: self.files[name].data for name in sorted(self.files)}
        return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def model(self, name: str, model: type[M]) -> M | None:
        """The file as its model, or None after noting its faults."""
        file = self.files.get(name)
        return None if file is None else self._parse(name, file, file.data, model)

    def contacts(self, name: str) -> tuple[Contact, ...]:
        """The contacts, which check themselves; none after noting a fault."""
        if name not in self.files:
            return ()
        load_contacts.cache_clear()  # The file may have changed since it was last read.
        try:
            return load_contacts(self._folder / name)
        except (ValueError, TypeError, KeyError) as error:
            file, told = self.files[name], str(error)
            entries = file.data.get("contacts") if isinstance(file.data, dict) else None
            ids = [str(e.get("id")) if isinstance(e, dict) else "" for e in entries or ()]
            index = next((n for n, contact_id in enumerate(ids) if contact_id and f"'{contact_id}'" in told), None)
            path = () if index is None else ("contacts", index)
            mend = "write the entry as the rules at the top of the file say"
            self.faults.append(Fault(self.shown_as[name], file.line(path), told.rstrip("."), mend))
            return ()

    def _parse(self, name: str, file: Located, data: Any, model: type[M]) -> M | None:
        if not isinstance(data, dict):
            self.faults.append(Fault(self.shown_as[name], 1, "the file is a list", "write `key: value` lines"))
            return None
        try:
            return model.parse_obj(data)
        except ValidationError as error:
            self.faults.extend(faults.of_validation(error, model, file, self.shown_as[name]))
            return None

    def scheme(self, name: str) -> Scheme | None:
        """A scheme with the versions that hold from later days."""
        file = self.files.get(name)
        if file is None or not isinstance(file.data, dict):
            return None if file is None else self._parse(name, file, file.data, Scheme)
        data = {key: value for key, value in file.data.items() if key != "versions"}
        first = self._parse(name, file, data, Scheme)
        if first is None:
            return None
        later = tuple(self._versions(name, file, data))
        for version, before in zip(later, (first, *later), strict=False):
            if before.valid_from and version.valid_from and version.valid_from <= before.valid_from:
                line = file.line(("versions", later.index(version), "valid_from"))
                problem = f"version {version.valid_from} is not later than the one before"
                self.faults.append(Fault(self.shown_as[name], line, problem, "write versions in the order of time"))
        return first.copy(update={"versions": later})

    def _versions(self, name: str, file: Located, data: dict[str, Any]) -> Iterator[Scheme]:
        """Each version is what changes: keys it does not name keep the value of the version before."""
        entries = file.data.get("versions", [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            problem, mend = "'versions' should be a list of entries", "write each as `- valid_from: ...`"
            self.faults.append(Fault(self.shown_as[name], file.line(("versions",)), problem, mend))
            return
        for index, entry in enumerate(entries):
            path = ("versions", index)
            for key in sorted(_FIXED & entry.keys()):
                line = file.line((*path, key))
                mend = "write it at the top of the file, where it holds for all versions"
                self.faults.append(Fault(self.shown_as[name], line, f"'{key}' stands in a version", mend))
            if not entry.get("valid_from"):
                problem, mend = "a version has no 'valid_from'", "write the day from which its text holds"
                self.faults.append(Fault(self.shown_as[name], file.line(path), problem, mend))
                continue
            data = {**data, **entry}
            try:
                yield Scheme.parse_obj(data)
            except ValidationError as error:
                self.faults.extend(faults.of_validation(error, Scheme, file, self.shown_as[name], path))
