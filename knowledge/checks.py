"""Checks across content files: does everything that is referred to exist, and is everything named once?

The checks read the plain data rather than the models, so that one broken file does not hide the faults of the
others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from knowledge.faults import Fault, choose
from knowledge.located import Located, Path
from knowledge.models import FactType, Operator

#: Keys that refer to something, and what they refer to.
_REFERENCES = {
    "sources": "source",
    "source": "source",
    "scheme_id": "scheme",
    "scheme_ids": "scheme",
    "see_also": "scheme",
    "in_the_job": "scheme",
    "when_sick": "scheme",
    "way_in": "scheme",
    "topic_id": "topic",
    "topic_ids": "topic",
    "change_ids": "change",
    "often": "challenge",
    "sometimes": "challenge",
    "method_ids": "method",
    "municipalities": "municipality",
    "fact": "fact",
}
#: Lists that define ids: file, key, what they define.
_DEFINITIONS = (
    ("sources.yml", "sources", "source"),
    ("changes.yml", "topics", "topic"),
    ("changes.yml", "changes", "change"),
    ("rates.yml", "rates", "rate"),
    ("questions/employers.yml", "questions", "question"),
    ("challenges.yml", "challenges", "challenge"),
    ("challenges.yml", "diagnoses", "diagnosis"),
    ("methods.yml", "methods", "method"),
    ("facts.yml", "facts", "fact"),
    ("municipalities.yml", "municipalities", "municipality"),
)
_NUMERIC = {Operator.AT_LEAST, Operator.AT_MOST, Operator.ABOVE, Operator.BELOW}
_LISTS = {Operator.ANY_OF, Operator.NONE_OF}

#: Files by their name below the content folder, e.g. "schemes/fleksjob.yml".
Files = Mapping[str, Located]


def faults(files: Files, shown_as: Mapping[str, str]) -> Iterator[Fault]:
    """Everything that does not fit together. `shown_as` gives the name to show for each file."""
    known: dict[str, dict[str, None]] = {
        "scheme": {name[len("schemes/") : -len(".yml")]: None for name in shown_as if name.startswith("schemes/")}
    }
    for name, key, kind in _DEFINITIONS:
        yield from _define(files, shown_as, name, key, kind, known.setdefault(kind, {}))
    yield from _accommodations(files, shown_as)
    for clash in known["topic"].keys() & known["scheme"].keys():
        yield from _topic_clash(files, shown_as, clash)
    for name, located in files.items():
        for path, key, value in _references(located.data):
            ids = known[_REFERENCES[key]]
            if ids and value not in ids:
                problem = f"{_REFERENCES[key]} '{value}' does not exist"
                yield Fault(shown_as[name], located.line(path), problem, choose(value, list(ids)))
    yield from _scheme_ids(files, shown_as)
    yield from _aliases(files, shown_as)
    yield from _conditions(files, shown_as)


def _define(
    files: Files, shown_as: Mapping[str, str], name: str, key: str, kind: str, ids: dict[str, None]
) -> Iterator[Fault]:
    located = files.get(name)
    if located is None:
        return
    id_key = "code" if kind == "municipality" else "id"
    for index, item in enumerate(_items(located.data, key)):
        value = str(item.get(id_key))
        if value in ids:
            line = located.line((key, index, id_key))
            yield Fault(shown_as[name], line, f"{kind} '{value}' stands twice", "give one of them another id")
        ids[value] = None


def _accommodations(files: Files, shown_as: Mapping[str, str]) -> Iterator[Fault]:
    located = files.get("challenges.yml")
    if located is None:
        return
    seen: set[str] = set()
    for index, challenge in enumerate(_items(located.data, "challenges")):
        for place, item in enumerate(_items(challenge, "accommodations")):
            if item.get("id") in seen:
                line = located.line(("challenges", index, "accommodations", place, "id"))
                problem = f"accommodation '{item['id']}' stands twice"
                yield Fault(shown_as["challenges.yml"], line, problem, "give one of them another id")
            seen.add(str(item.get("id")))


def _topic_clash(files: Files, shown_as: Mapping[str, str], clash: str) -> Iterator[Fault]:
    located = files["changes.yml"]
    for index, item in enumerate(_items(located.data, "topics")):
        if item.get("id") == clash:
            line = located.line(("topics", index, "id"))
            yield Fault(shown_as["changes.yml"], line, f"'{clash}' is also a scheme", "give the topic another id")


def _references(data: Any, path: Path = ()) -> Iterator[tuple[Path, str, str]]:
    """All references in `data`: where, under which key, and the id referred to."""
    if isinstance(data, dict):
        for key, value in data.items():
            here: Path = (*path, key)
            if key in _REFERENCES and isinstance(value, str):
                yield here, key, value
            elif key in _REFERENCES and isinstance(value, list) and all(isinstance(v, str) for v in value):
                yield from (((*here, index), key, item) for index, item in enumerate(value))
            else:
                yield from _references(value, here)
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _references(item, (*path, index))


def _scheme_files(files: Files) -> Iterator[tuple[str, Located]]:
    for name, located in files.items():
        if name.startswith("schemes/") and isinstance(located.data, dict):
            yield name, located


def _scheme_ids(files: Files, shown_as: Mapping[str, str]) -> Iterator[Fault]:
    for name, located in _scheme_files(files):
        wanted = name[len("schemes/") : -len(".yml")]
        if "id" in located.data and located.data["id"] != wanted:
            problem = f"id '{located.data['id']}' is not the file's name"
            yield Fault(shown_as[name], located.line(("id",)), problem, f"write id: {wanted}, or rename the file")


def _aliases(files: Files, shown_as: Mapping[str, str]) -> Iterator[Fault]:
    """A word that names two schemes would name neither."""
    owners: dict[str, str] = {}
    for name, located in sorted(_scheme_files(files)):
        own: set[str] = set()
        for path, word in _names(located.data):
            key = " ".join(word.casefold().split())
            if path[0] == "aliases" and key in own:
                mend = "take one of them away"
                yield Fault(shown_as[name], located.line(path), f"alias '{word}' stands twice", mend)
            if path[0] == "aliases":
                own.add(key)
            owner = owners.setdefault(key, name)
            if owner != name:
                problem = f"'{word}' already names {owner[len('schemes/') : -len('.yml')]}"
                yield Fault(shown_as[name], located.line(path), problem, "take it away from one of the two")


def _names(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    name = data.get("name")
    if isinstance(name, dict):
        for language, word in name.items():
            if isinstance(word, str):
                yield ("name", language), word
    aliases = data.get("aliases")
    if isinstance(aliases, dict):
        for language, words in aliases.items():
            for index, word in enumerate(words if isinstance(words, list) else ()):
                yield ("aliases", language, index), str(word)


def _conditions(files: Files, shown_as: Mapping[str, str]) -> Iterator[Fault]:
    """A condition's value has to be one that its fact can have, and its operator one that fits both."""
    if "facts.yml" not in files:
        return
    facts = {str(item.get("id")): item for item in _items(files["facts.yml"].data, "facts")}
    for name, located in (*_scheme_files(files), ("facts.yml", files["facts.yml"])):
        for path, condition in _find_conditions(located.data):
            fact = facts.get(str(condition.get("fact")))
            if fact is None or condition.get("operator") not in set(Operator):
                continue  # told elsewhere
            for key, problem, mend in _misfits(condition, fact):
                yield Fault(shown_as[name], located.line((*path, *key)), problem, mend)


def _find_conditions(data: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(data, dict):
        if "fact" in data and "operator" in data:
            yield path, data
        elif "fact" in data and "value" in data:  # What follows for a fact: the value has to be one of its own.
            several = isinstance(data["value"], list)
            yield path, {**data, "operator": Operator.ANY_OF if several else Operator.EQUALS}
        for key, value in data.items():
            yield from _find_conditions(value, (*path, key))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _find_conditions(item, (*path, index))


def _misfits(condition: dict[str, Any], fact: dict[str, Any]) -> Iterator[tuple[Path, str, str]]:
    operator, value, kind = Operator(condition["operator"]), condition.get("value"), fact.get("type")
    name = str(fact.get("id"))
    if operator in _NUMERIC and (not isinstance(value, int) or isinstance(value, bool) or kind != FactType.NUMBER):
        yield (
            ("operator",),
            f"operator {operator.value} needs a number",
            "compare a fact of type number with a number",
        )
    elif operator in _LISTS and not isinstance(value, list):
        yield (
            ("value",),
            f"operator {operator.value} needs a list",
            "write each value on its own line after `- `",
        )
    elif operator is Operator.EQUALS and kind == FactType.NUMBER and type(value) is int:
        return
    elif operator is Operator.EQUALS and isinstance(value, bool) != (kind == FactType.YES_NO):
        mend = "write true or false for a fact of type yes_no, and one of its values for a choice"
        yield ("value",), f"value '{value}' does not fit fact {name}", mend
    words = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    allowed = list(fact.get("values") or {})
    for index, word in enumerate(words):
        if word not in allowed:
            place: Path = ("value", index) if isinstance(value, list) else ("value",)
            yield place, f"'{word}' is not a value of fact {name}", choose(word, allowed)


def _items(data: Any, key: str) -> Iterable[dict[str, Any]]:
    values = data.get(key) if isinstance(data, dict) else None
    return [v if isinstance(v, dict) else {} for v in values] if isinstance(values, list) else []
