"""The people and rules are content: a fault in them is told with file, line and mend."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.personas import FOLDER, ContentError, read_personas
from nlu.practice.stigma import read_wordings

Alter = Callable[[str, str, str], Path]


@pytest.fixture
def altered(tmp_path: Path) -> Alter:
    """A copy of the people's folder in which, in one file, a text is replaced once."""

    def alter(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "personas"
        shutil.copytree(FOLDER, folder)
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return alter


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("mette.yml", "min_trust: 0.30", "min_trust: 3", "min_trust"),
        ("mette.yml", "to: [opening]", "to: [openning]", "did you mean 'opening'"),
        ("mette.yml", "tells: bilag", "tells: billag", "did you mean 'bilag'"),
        ("mette.yml", "topic: timer, trust: [low], talk", "topic: tiemr, trust: [low], talk", "did you mean 'timer'"),
        ("mette.yml", "side: citizen", "side: citisen", "did you mean 'citizen'"),
        ("mette.yml", "wants:", "want:", "did you mean 'wants'"),
        ("mette.yml", '"Okay, det er fint."', '"Okay, det er fint.", "Okay, det er fint."', "stands twice"),
        ("mette.yml", "id: mette", "id: mete", "not the file's name"),
        ("rules.yml", "{code: confront, trust: -0.15", "{code: confront, trust: 0.15", "raises trust"),
        ("rules.yml", "code: affirm, trust", "code: afirm, trust", "did you mean 'affirm'"),
        ("rules.yml", "reply_as: hollow", "reply_as: holow", "did you mean 'hollow'"),
        ("rules.yml", "each_turn_tires: 0.02", "each_turn_tires: much", "each_turn_tires"),
        ("feedback.yml", "next_goal:", "next:", "next_goal"),
    ],
)
def test_a_fault_is_told_with_file_line_and_mend(altered: Alter, file: str, old: str, new: str, told: str) -> None:
    folder = altered(file, old, new)

    with pytest.raises(ContentError) as failure:
        read_personas(folder)

    assert told in str(failure.value)
    assert all(fault.file.endswith(file) and fault.line >= 1 and fault.mend for fault in failure.value.faults)


def test_a_missing_rules_file_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "personas"
    shutil.copytree(FOLDER, folder)
    (folder / "rules.yml").unlink()

    with pytest.raises(ContentError, match=r"rules\.yml"):
        read_personas(folder)


def test_a_broken_wording_is_told(tmp_path: Path) -> None:
    file = tmp_path / "wordings.yml"
    file.write_text("wordings:\n  - {say: [doven], insted: træt}\nnothing_is_meant: []\nperhaps: x\n", encoding="utf-8")

    with pytest.raises(ContentError, match=r"wordings.yml, line 2: .*insted"):
        read_wordings(file)


def test_nobody_is_played_with_a_line_that_shames_or_promises() -> None:
    for persona in read_personas().personas.values():
        for text in persona.texts:
            assert not {"idiot", "du dumper", "forkert svar", "karakter", "point"} & set(text.casefold().split())
            assert 1 <= len(text.split()) <= 45
