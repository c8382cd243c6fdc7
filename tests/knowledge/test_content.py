from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge import located
from knowledge.models import ChangeStatus, Condition, Operator, Status
from knowledge.schema import CONTENT_FOLDER, Content

FILES = sorted(
    [*CONTENT_FOLDER.glob("schemes/*.yml"), *CONTENT_FOLDER.glob("questions/*.yml")]
    + [CONTENT_FOLDER / f"{name}.yml" for name in ("changes", "rates", "challenges", "methods", "facts", "sources")]
)
#: Words that put a sentence about job centres into the past or say that they are gone.
PAST = re.compile(
    r"krav(et)? om (et )?jobcenter|skal (kommunen )?ikke|ikke til et|i stedet for|2021|stadig|no longer",
    re.IGNORECASE,
)
#: Keys whose text is not said to people as it is: ids, and titles of what others wrote.
NOT_SAID = {"id", "title", "other_titles", "url", "topic_ids", "topic_id", "aliases", "notes"}


def texts(data: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from texts(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from texts(value, key)
    elif isinstance(data, str):
        yield key, data


def test_all_the_content_is_there(content: Content) -> None:
    counts = {
        "schemes": len(content.schemes),
        "changes": len(content.changes),
        "rates": len(content.rates),
        "questions": len(content.questions),
        "challenges": len(content.challenges),
        "accommodations": sum(len(challenge.accommodations) for challenge in content.challenges),
        "municipalities": len(content.municipalities),
        "methods": len(content.methods),
        "facts": len(content.facts),
        "conditions": sum(len(list(scheme.rules.conditions())) for scheme in content.schemes),
    }
    assert counts == {
        "schemes": 42,
        "changes": 31,
        "rates": 52,
        "questions": 45,
        "challenges": 16,
        "accommodations": 109,
        "municipalities": 98,
        "methods": 29,
        "facts": 22,
        "conditions": 70,
    }


def test_every_scheme_file_holds_one_scheme(content: Content) -> None:
    assert {scheme.id for scheme in content.schemes} == {p.stem for p in (CONTENT_FOLDER / "schemes").glob("*.yml")}


def test_schemes_have_the_known_mix_of_statuses(content: Content) -> None:
    mix = {status: sum(s.status is status for s in content.schemes) for status in Status}
    assert mix == {
        Status.IN_FORCE: 23,
        Status.EXPECTED_TO_CHANGE: 14,
        Status.CLOSED_FOR_NEW: 3,
        Status.UNCLEAR: 2,
    }


def test_every_scheme_that_is_expected_to_change_is_named_by_a_change_that_is_not_law(
    content: Content,
) -> None:
    changes = {change.id: change for change in content.changes}
    for scheme in content.schemes:
        if scheme.expected_change:
            for change_id in scheme.expected_change.change_ids:
                assert changes[change_id].status is not ChangeStatus.IN_FORCE
                assert scheme.id in changes[change_id].scheme_ids


def test_every_scheme_has_names_in_both_languages_and_a_summary_in_both(content: Content) -> None:
    for scheme in content.schemes:
        assert scheme.name.en, scheme.id
        assert scheme.summary.en, scheme.id
        assert scheme.aliases.da, scheme.id


def test_a_nested_rule_keeps_its_inner_conditions(content: Content) -> None:
    scheme = next(s for s in content.schemes if s.id == "fastholdelsesfleksjob")
    assert [type(member).__name__ for member in scheme.rules.members] == [
        "Condition",
        "Condition",
        "RuleGroup",
    ]
    twelve = scheme.rules.members[2].members[0]  # type: ignore[union-attr]
    assert isinstance(twelve, Condition)
    assert (twelve.fact, twelve.operator, twelve.value) == (
        "saerlige_vilkaar_maaneder",
        Operator.AT_LEAST,
        12,
    )


def test_a_question_never_asks_an_employer_about_psychiatric_treatment(content: Content) -> None:
    fact = next(f for f in content.facts if f.id == "i_psykiatrisk_behandling")
    assert fact.sensitive
    assert fact.ask_employer is None


def test_municipality_codes_keep_their_leading_zero(content: Content) -> None:
    assert content.municipalities[0].code == "0101"
    assert all(len(town.code) == 4 for town in content.municipalities)
    assert len({town.region for town in content.municipalities}) == 5


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_present_tense_text_sends_people_to_a_jobcenter(file: Path) -> None:
    data = located.read(file.read_text(encoding="utf-8")).data
    for key, text in texts({key: value for key, value in data.items() if key not in NOT_SAID}):
        if "jobcent" in text.casefold() and key not in NOT_SAID and text != "Jobcenter":
            assert PAST.search(text), text


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_line_is_too_long_to_edit_except_addresses(file: Path) -> None:
    for line in file.read_text(encoding="utf-8").splitlines():
        assert len(line) <= 112 or "http" in line, line


def test_no_text_that_people_see_names_a_file(content: Content) -> None:
    for scheme in content.schemes:
        shown = [scheme.summary.da, scheme.where_to_apply, scheme.example, *scheme.who_can_get_it]
        shown += [*scheme.employer_duties, *scheme.good_to_know, scheme.reform.text]
        assert not [text for text in shown if ".yml" in text or ".md" in text], scheme.id
    assert not [line.line for line in content.scheme_lines if ".yml" in line.line]
