"""YAML that remembers its lines: the data of a file together with the line of every key and list item.

Only YAML 1.2 is read, so that Danish words keep their meaning (``no`` and ``on`` are texts), dates stay texts
and a key that stands twice is refused instead of quietly winning over the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

#: Where something stands inside a file, e.g. ``("rules", "all", 0, "fact")``.
Path = tuple[str | int, ...]

_MENDS = {
    "mapping values are not allowed": "put a text that holds a colon in quotes, or write it below `key: >-`",
    "found character '\\t'": "indent with spaces, not with the tab key",
    "could not find expected ':'": "write `key: value`, with a space after the colon",
    "found unexpected end of stream": "close the quotes that were opened above",
    "expected <block end>": "let the line begin in the same column as the lines it belongs to",
}


@dataclass(frozen=True)
class Located:
    """The content of one YAML file (`data`) and the 1-based line of each path in it (`lines`)."""

    data: Any
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """Line of `path`, or of the nearest enclosing key that the file does hold."""
        for length in range(len(path), -1, -1):
            found = self.lines.get(path[:length])
            if found is not None:
                return found
        return 1


class NotYaml(ValueError):
    """The text is not YAML: `line` (1-based), what is wrong (`problem`), what to do (`mend`)."""

    def __init__(self, line: int, problem: str, mend: str) -> None:
        super().__init__(f"line {line}: {problem}; {mend}")
        self.line, self.problem, self.mend = line, problem, mend


@lru_cache(maxsize=256)
def read(text: str) -> Located:
    """Read one YAML document. Raises NotYaml. The same text gives the same object: treat it as read-only."""
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = str(error.problem or error.context or "the file is not YAML")
        mend = next((m for start, m in _MENDS.items() if start in problem), "check indentation and quotes here")
        raise NotYaml(mark.line + 1 if mark else 1, problem, mend) from error
    except YAMLError as error:
        raise NotYaml(1, str(error), "write the file as plain UTF-8 text") from error
    if node is None:
        raise NotYaml(1, "the file is empty", "fill it in, or delete it")
    lines: dict[Path, int] = {(): 1}
    return Located(_build(node, (), lines), MappingProxyType(lines))


def _build(node: Node, path: Path, lines: dict[Path, int]) -> Any:
    if isinstance(node, MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in mapping:
                first = lines[(*path, key)]
                raise NotYaml(line, f"'{key}' stands twice (first in line {first})", "keep one of them")
            lines[(*path, key)] = line
            mapping[key] = _build(value_node, (*path, key), lines)
        return mapping
    if isinstance(node, SequenceNode):
        items = []
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + 1
            items.append(_build(item, (*path, index), lines))
        return items
    assert isinstance(node, ScalarNode)
    return _scalar(node)


def _scalar(node: ScalarNode) -> str | int | float | bool | None:
    kind = str(node.tag).rsplit(":", 1)[-1]
    if kind == "null":
        return None
    if kind == "bool":
        return str(node.value).lower() == "true"
    try:
        if kind == "int":
            return int(node.value)
        if kind == "float":
            return float(node.value)
    except ValueError:  # 0x1F, 0o17 and the like: no content file means a number by them
        pass
    return str(node.value)
