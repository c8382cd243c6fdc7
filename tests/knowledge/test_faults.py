from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.schema import ContentError, read_content

Edit = Callable[[str, str, str], int]
FLEKSJOB = "schemes/fleksjob.yml"

#: What is broken: file, text, what stands there instead, how far below that the fault is, problem, mend.
BROKEN = {
    "a status that does not exist": (
        FLEKSJOB,
        "status: expected_to_change",
        "status: gælder",
        0,
        "status 'gælder' is not one of in_force, expected_to_change, closed_for_new, unclear",
        "write one of in_force",
    ),
    "a status with a typo": (
        FLEKSJOB,
        "status: expected_to_change",
        "status: expected_to_chnge",
        0,
        "status 'expected_to_chnge' is not one of",
        "did you mean 'expected_to_change'?",
    ),
    "a kind that does not exist": (
        FLEKSJOB,
        "kind: wage",
        "kind: løn",
        0,
        "kind 'løn' is not one of",
        "wage",
    ),
    "an unknown key": (
        FLEKSJOB,
        "summary:",
        "sumary:",
        0,
        "the key 'sumary' is unknown",
        "did you mean 'summary'?",
    ),
    "an unknown key deep inside": (
        FLEKSJOB,
        "      strength: required",
        "      strenght: required",
        0,
        "the key 'strenght' is unknown",
        "did you mean 'strength'?",
    ),
    "a key that is missing": (
        FLEKSJOB,
        "who_applies: employee\n",
        "",
        None,
        "'who_applies' is missing",
        "add a line `who_applies:`",
    ),
    "a date that does not exist": (
        FLEKSJOB,
        'review_by: "2026-12-31"',
        'review_by: "2026-13-31"',
        0,
        "review_by '2026-13-31' is not a date",
        "YYYY-MM-DD",
    ),
    "a date in words": (
        FLEKSJOB,
        'review_by: "2026-12-31"',
        "review_by: 31. december 2026",
        0,
        "review_by '31. december 2026' is not a date",
        "YYYY-MM-DD",
    ),
    "an end before the beginning": (
        FLEKSJOB,
        "valid_to: null",
        'valid_to: "2025-01-01"',
        None,
        "valid_from 2026-02-01 is later than valid_to 2025-01-01",
        "swap them",
    ),
    "an id that is not the file's name": (
        FLEKSJOB,
        "id: fleksjob",
        "id: flexjob",
        0,
        "id 'flexjob' is not the file's name",
        "write id: fleksjob, or rename the file",
    ),
    "a source that does not exist": (
        FLEKSJOB,
        "      source: lab20",
        "      source: lab02",
        0,
        "source 'lab02' does not exist",
        "did you mean 'lab20'?",
    ),
    "a fact that does not exist": (
        FLEKSJOB,
        "fact: aar_til_folkepension",
        "fact: aar_til_folkpension",
        0,
        "fact 'aar_til_folkpension' does not exist",
        "did you mean 'aar_til_folkepension'?",
    ),
    "an operator that does not exist": (
        FLEKSJOB,
        "operator: above",
        "operator: over",
        0,
        "operator 'over' is not one of",
        "equals",
    ),
    "an operator that does not fit the fact": (
        FLEKSJOB,
        "operator: equals\n      value: true",
        "operator: above\n      value: true",
        0,
        "operator above needs a number",
        "compare a fact of type number",
    ),
    "a value the fact cannot have": (
        FLEKSJOB,
        "        - seniorpension",
        "        - seniorpention",
        0,
        "'seniorpention' is not a value of fact ydelse",
        "did you mean 'seniorpension'?",
    ),
    "a change that does not exist": (
        FLEKSJOB,
        "    - reform-2027-ny-hovedlov-lab",
        "    - reform-2027-ny-hovedlov",
        0,
        "change 'reform-2027-ny-hovedlov' does not exist",
        "did you mean 'reform-2027-ny-hovedlov-lab'?",
    ),
    "an alias of another scheme": (
        FLEKSJOB,
        "    - flexjob",
        "    - Mentor",
        None,
        "already names",
        "take it away from one of the two",
    ),
    "an alias that stands twice": (
        FLEKSJOB,
        "    - flexjob",
        "    - Fleksjob",
        0,
        "stands twice",
        "take one",
    ),
    "an expected change without its status": (
        FLEKSJOB,
        "status: expected_to_change",
        "status: in_force",
        None,
        "'expected_change' and status expected_to_change belong together",
        "write both, or take both away",
    ),
    "an amount without its year": (
        "schemes/sygedagpenge.yml",
        '    year: "2024"',
        "    year: uden dato",
        None,
        "an amount stands with year 'uden dato'",
        "write the year of the amount",
    ),
    "an amount in a text without a year": (
        FLEKSJOB,
        "  - Du giver de aftalte skånehensyn.",
        "  - Du får 500 kr. om dagen.",
        0,
        "names an amount without a year",
        "write the year beside the amount",
    ),
    "a list written as one text": (
        FLEKSJOB,
        "  - Du betaler løn for de timer, personen arbejder. Lønnen aftales og passer med overenskomsten.\n"
        "  - Du giver de aftalte skånehensyn.\n"
        "  - Det rimelige forhold på 1 pr. 5 gælder ikke for fleksjob.\n",
        "  Du betaler løn.\n",
        -1,
        "'employer_duties' should be a list",
        "write each entry on its own line after `- `",
    ),
    "an empty list written as nothing": (
        "schemes/revalidering.yml",
        "employer_duties: []",
        "employer_duties:",
        0,
        "'employer_duties' is empty",
        "`[]`",
    ),
    "a key that stands twice": (
        FLEKSJOB,
        "kind: wage",
        "kind: wage\nkind: right",
        1,
        "'kind' stands twice",
        "keep one of them",
    ),
    "a colon in an unquoted text": (
        FLEKSJOB,
        "  - Du giver de aftalte skånehensyn.",
        "  - Husk: det er: sådan.",
        0,
        "mapping values are not allowed here",
        "in quotes",
    ),
    "a tab": (
        FLEKSJOB,
        "\n  da: Fleksjob",
        "\n\tda: Fleksjob",
        1,
        "cannot start any token",
        "not with the tab key",
    ),
    "a rate without a year in its text": (
        "rates.yml",
        "display: 22.041 kr. pr. måned (2026)",
        "display: 22.041 kr. pr. måned",
        None,
        "does not say '2026'",
        "write the amount with (2026)",
    ),
    "a rate from a draft that would be shown": (
        "rates.yml",
        "display: null\n    source_level: draft",
        "display: 10.602 kr. (2026)\n    source_level: draft",
        None,
        "an amount from a draft would be shown",
        "write display: null",
    ),
    "a rate of a topic that does not exist": (
        "rates.yml",
        "topic_id: dagpenge",
        "topic_id: dagpeng",
        0,
        "topic 'dagpeng' does not exist",
        "did you mean 'dagpenge'?",
    ),
    "an expected change called law": (
        "changes.yml",
        "status: expected",
        "status: in_force",
        None,
        "status in_force does not go with date_certainty not_adopted",
        "a change in force has source or inferred",
    ),
    "two questions with one id": (
        "questions/employers.yml",
        "id: ag-02",
        "id: ag-01",
        0,
        "question 'ag-01' stands twice",
        "give one of them another id",
    ),
    "a question about a scheme that does not exist": (
        "questions/employers.yml",
        "      - fortrinsadgang",
        "      - fortrinsagang",
        0,
        "scheme 'fortrinsagang' does not exist",
        "did you mean 'fortrinsadgang'?",
    ),
    "an accommodation with an unknown price": (
        "challenges.yml",
        "price: low",
        "price: lav",
        0,
        "price 'lav' is not one of free, low, scheme",
        "write one of",
    ),
    "two accommodations with one id": (
        "challenges.yml",
        "id: hu-1",
        "id: ko-1",
        0,
        "accommodation 'ko-1' stands twice",
        "give one of them another id",
    ),
    "a diagnosis pointing nowhere": (
        "challenges.yml",
        "    often:\n      - stress",
        "    often:\n      - stres",
        1,
        "challenge 'stres' does not exist",
        "did you mean 'stress'?",
    ),
    "a municipality code without its quotes": (
        "municipalities.yml",
        'code: "0101"',
        "code: 0101",
        0,
        "is not four digits in quotes",
        'write it like "0101"',
    ),
    "a method for nobody known": (
        "methods.yml",
        "      - professional",
        "      - profesional",
        0,
        "for_whom 'profesional' is not one of",
        "did you mean 'professional'?",
    ),
    "a goal with a method that does not exist": (
        "methods.yml",
        "      - m29",
        "      - m99",
        0,
        "method 'm99' does not exist",
        "did you mean",
    ),
    "a fact with a type that does not exist": (
        "facts.yml",
        "type: yes_no",
        "type: bool",
        0,
        "type 'bool' is not one of",
        "yes_no",
    ),
    "a contact without a key": (
        "contacts.yml",
        "    channel: phone\n",
        "",
        None,
        "contact 'emergency' lacks channel",
        "as the rules at the top of the file say",
    ),
    "a conclusion that its fact cannot have": (
        "facts.yml",
        "value: ingen}",
        "value: slet_ingen}",
        0,
        "'slet_ingen' is not a value of fact uddannelsestype",
        "did you mean 'ingen'?",
    ),
    "a premise about a fact that does not exist": (
        "facts.yml",
        "fact: alder, operator",
        "fact: aldre, operator",
        0,
        "fact 'aldre' does not exist",
        "did you mean 'alder'?",
    ),
    "an English value too many": (
        "facts.yml",
        "        privat: private sector",
        "        privat: private sector\n        halvt: half",
        None,
        "the English values are not the Danish ones",
        "write the same keys",
    ),
    "sensitive in Danish": (
        "facts.yml",
        "sensitive: false",
        "sensitive: nej",
        0,
        "sensitive 'nej' is not true or false",
        "write true or false",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_fault_names_file_line_and_mend(what: str, folder: Path, edit: Edit) -> None:
    name, old, new, below, problem, mend = BROKEN[what]
    line = edit(name, old, new)
    with pytest.raises(ContentError) as told:
        read_content(folder)
    faults = [fault for fault in told.value.faults if problem in fault.problem]
    assert faults, str(told.value)
    assert mend in faults[0].mend
    assert any(fault.file == f"knowledge/{name}" for fault in faults) or "already names" in problem
    if below is not None:
        assert faults[0].line == line + below, str(told.value)
    assert str(faults[0]).startswith(f"{faults[0].file}, line {faults[0].line}: ")


def test_several_faults_in_several_files_are_told_together(folder: Path, edit: Edit) -> None:
    edit(FLEKSJOB, "status: expected_to_change", "status: gælder")
    edit(FLEKSJOB, "kind: wage", "kind: løn")
    edit("rates.yml", "scheme_id: sygedagpenge", "scheme_id: sygedagpeng")
    with pytest.raises(ContentError) as told:
        read_content(folder)
    assert len(told.value.faults) == 3
    assert {fault.file for fault in told.value.faults} == {f"knowledge/{FLEKSJOB}", "knowledge/rates.yml"}
    assert (told.value.file, told.value.line) == ("knowledge/rates.yml", told.value.faults[0].line)
    assert told.value.mend == "did you mean 'sygedagpenge'?"
    assert len(str(told.value).splitlines()) == 3


def test_a_missing_file_is_told(folder: Path) -> None:
    (folder / "rates.yml").unlink()
    with pytest.raises(ContentError, match=r"knowledge/rates\.yml, line 1: the file is missing; put it back"):
        read_content(folder)


def test_an_empty_file_is_told(folder: Path) -> None:
    (folder / FLEKSJOB).write_text("", encoding="utf-8")
    with pytest.raises(ContentError, match=r"fleksjob\.yml, line 1: the file is empty"):
        read_content(folder)


def test_a_file_in_another_encoding_is_told(folder: Path) -> None:
    (folder / FLEKSJOB).write_bytes("id: fleksjob\nexample: sådan\n".encode("latin-1"))
    with pytest.raises(ContentError, match="the file is not UTF-8 text"):
        read_content(folder)


def test_a_folder_without_schemes_is_told(folder: Path) -> None:
    for file in (folder / "schemes").glob("*.yml"):
        file.unlink()
    with pytest.raises(ContentError, match="there are no schemes"):
        read_content(folder)


def test_a_version_that_does_not_come_later_is_refused(folder: Path) -> None:
    with (folder / FLEKSJOB).open("a", encoding="utf-8") as file:
        file.write('versions:\n  - valid_from: "2026-01-01"\n')
    with pytest.raises(ContentError, match="version 2026-01-01 is not later than the one before"):
        read_content(folder)


def test_a_version_cannot_rename_the_scheme(folder: Path) -> None:
    with (folder / FLEKSJOB).open("a", encoding="utf-8") as file:
        file.write('versions:\n  - valid_from: "2027-01-01"\n    id: andet\n')
    with pytest.raises(ContentError, match="'id' stands in a version"):
        read_content(folder)


def test_a_fault_inside_a_version_is_told_at_its_line(folder: Path) -> None:
    lines = (folder / FLEKSJOB).read_text(encoding="utf-8").count("\n")
    with (folder / FLEKSJOB).open("a", encoding="utf-8") as file:
        file.write('versions:\n  - valid_from: "2027-01-01"\n    kind: ydelse\n')
    with pytest.raises(ContentError, match=f"line {lines + 3}: kind 'ydelse' is not one of"):
        read_content(folder)
