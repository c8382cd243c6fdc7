"""The crisis path as a conversation: from any stage, with anything said, there is a kind answer or none is needed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import crisis
from bot.crisis import Step, next_step
from knowledge import contacts
from knowledge.contacts import REGIONS
from nlu.crisis import Level, Signal
from nlu.crisis.classifier import KINDS

ROOT = Path(__file__).parents[2]
REPLIES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (ROOT / "dialogues/domain/crisis.yml").read_text(encoding="utf-8")
)["replies"]
PAYLOADS = sorted(
    {button["payload"] for reply in REPLIES.values() for one in reply for button in one.get("buttons", [])}
)
STAGES = sorted({*crisis._QUESTIONS, *crisis._SPARED})
TODAY = date(2026, 11, 22)
YESTERDAY = TODAY - timedelta(days=1)
SAID = [
    "ja", "nej", "ved ikke", "ja det gør jeg", "nej nej", "no", "yes", "jeg vil ikke svare", "hvad er fleksjob?",
    "jeg tager mit liv i nat", "jeg kan ikke mere", "hjælp", "jeg er i sikkerhed", "videre", "", "😭", "bedre", "skidt",
    "min mand slår mig", "jeg hører stemmer der siger jeg skal gøre det nu", "græder hele tiden", "tak", "hej",
]  # fmt: skip


def _say(text: str, stage: str | None = None, today: date = TODAY, region: str | None = None) -> Step | None:
    return next_step(text, None, stage, region, today)


def _press(payload: str, stage: str | None = None, today: date = TODAY, region: str | None = None) -> Step | None:
    return next_step("", payload, stage, region, today)


def _names(step: Step | None) -> list[str]:
    return [say.name for say in step.replies] if step else []


def _at(stage: str, day: date = TODAY) -> str:
    return f"{stage}:{day.isoformat()}"


@pytest.fixture(autouse=True)
def _classifier(ready: Path) -> None:
    """Every test here runs with the classifier in use."""


@given(
    text=st.sampled_from(SAID) | st.text(max_size=60),
    payload=st.none() | st.sampled_from([*PAYLOADS, "/start_talk", "/delete_all", "/crisis_nonsense", "/expired"]),
    stage=st.none() | st.sampled_from([_at(s) for s in STAGES] + [_at(s, YESTERDAY) for s in STAGES] + ["old", "a:b"]),
    region=st.none() | st.sampled_from([*REGIONS, "nowhere"]),
)
@settings(max_examples=400, deadline=None)
def test_from_any_stage_with_anything_said_there_is_an_answer_or_rasa_has_it(
    text: str, payload: str | None, stage: str | None, region: str | None
) -> None:
    step = next_step(text, payload, stage, region, TODAY)
    if step is None:
        return
    assert step.replies or step.goes_on
    assert step.stage is None or len(step.stage) <= 40
    for say in step.replies:
        assert say.name in REPLIES
        text_of = REPLIES[say.name][0]["text"]
        assert all(f"{{{name}}}" in text_of for name in say.values)
        assert text_of.format(**say.values)


@given(
    st.lists(
        st.sampled_from(["hvad er fleksjob?", "hej", "tak", "ok så", "hvad koster en mentor"]), min_size=4, max_size=4
    )
)
@settings(max_examples=100, deadline=None)
def test_ordinary_messages_after_any_stage_reach_rasa_at_the_second_at_the_latest(said: list[str]) -> None:
    for start in [_at(s) for s in STAGES] + [_at(s, YESTERDAY) for s in STAGES]:
        stage: str | None = start
        through = []
        for text in said:
            step = _say(text, stage)
            through.append(step is None or step.goes_on)
            stage = step.stage if step else None
        assert all(through[2:]), start


def test_red_overrides_every_stage() -> None:
    for stage in [None, *map(_at, STAGES)]:
        step = _say("jeg tager mit liv i nat", stage)
        assert step is not None
        assert step.level is Level.RED
        assert not step.goes_on
        assert _names(step) == ["say_crisis_red"]


def test_a_job_question_beside_a_red_sign_is_not_answered_now() -> None:
    step = _say("hvad er reglerne for fleksjob? jeg tager mit liv i nat")
    assert step is not None
    assert not step.goes_on


def test_orange_asks_directly_and_only_once() -> None:
    first = _say("jeg vil ikke leve")
    assert _names(first) == ["say_crisis_orange"]
    assert first is not None
    assert _names(_say("jeg vil ikke leve mere", first.stage)) == ["say_crisis_red"]
    after_no = _say("nej", first.stage)
    assert _names(after_no) == ["say_crisis_no"]
    assert after_no is not None
    assert _names(_say("jeg vil ikke leve", after_no.stage)) == ["say_crisis_numbers", "say_crisis_choose_region"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("ja", "say_crisis_red"),
        ("Ja.", "say_crisis_red"),
        ("ja det gør jeg", "say_crisis_red"),
        ("ja, nogle gange, især om natten", "say_crisis_red"),
        ("ved ikke", "say_crisis_red"),
        ("måske", "say_crisis_red"),
        ("yes", "say_crisis_red"),
        ("nej", "say_crisis_no"),
        ("nej nej", "say_crisis_no"),
        ("no", "say_crisis_no"),
        ("nej det gør jeg ikke", "say_crisis_no"),
        ("jeg vil ikke svare", "say_crisis_wont"),
    ],
)
def test_the_direct_question_is_answered_in_free_text(said: str, expected: str) -> None:
    assert _names(_say(said, _at("asked"))) == [expected]


@pytest.mark.parametrize(("payload", "expected"), [
    ("/crisis_yes", "say_crisis_red"), ("/crisis_unsure", "say_crisis_red"), ("/crisis_no", "say_crisis_no"),
    ("/crisis_wont", "say_crisis_wont"), ("/crisis_safe", "say_crisis_safe"), ("/crisis_friend", "say_crisis_friend"),
    ("/crisis_help", "say_crisis_help"), ("/crisis_call_112", "say_crisis_call_112"),
])  # fmt: skip
def test_buttons(payload: str, expected: str) -> None:
    assert _names(_press(payload, _at("asked"))) == [expected]


def test_every_button_of_the_crisis_replies_is_known() -> None:
    for payload in PAYLOADS:
        if payload.startswith("/crisis_region_"):
            assert payload.removeprefix("/crisis_region_") in {*REGIONS, "unknown"}
        elif payload.startswith("/crisis_"):
            assert payload.removeprefix("/crisis_") in crisis._BUTTONS


def test_every_reply_is_said_somewhere() -> None:
    said = {reply for reply, _ in crisis._BUTTONS.values()}
    for table in (crisis._RED, crisis._ORANGE, crisis._ABOUT_OTHERS):
        said |= {reply for reply, _ in table.values()}
    source = (ROOT / "bot/crisis.py").read_text(encoding="utf-8")
    for name in REPLIES:
        assert name in said or f'"{name}"' in source, name


def test_a_region_is_remembered_and_its_doctor_shown() -> None:
    step = _press("/crisis_region_nordjylland")
    assert step is not None
    assert step.region == "nordjylland"
    assert "70 15 03 00" in step.replies[0].values["numbers"]
    red = _say("jeg tager mit liv i nat", region="nordjylland")
    assert _names(red) == ["say_crisis_red_region"]
    assert red is not None
    assert "70 15 03 00" in red.replies[0].values["doctor"]


def test_numbers_begin_with_112_and_livslinien_and_have_no_hours() -> None:
    for region in (None, *REGIONS):
        step = _press("/crisis_numbers", region=region)
        assert step is not None
        lines = step.replies[0].values["numbers"].splitlines()
        assert lines[0] == "112"
        assert lines[1].startswith("Livslinien: 70 201 201")


def test_long_after_the_contacts_have_run_out_112_and_livslinien_are_still_shown() -> None:
    step = _press("/crisis_numbers", today=date(2030, 1, 1), region="hovedstaden")
    assert step is not None
    assert step.replies[0].values["numbers"].splitlines() == ["112", "Livslinien: 70 201 201 (livslinien.dk)"]
    assert _names(_say("jeg tager mit liv i nat", today=date(2027, 1, 1), region="hovedstaden")) == ["say_crisis_red"]


def test_numbers_are_shown_when_the_contacts_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OSError

    monkeypatch.setattr(contacts, "load_contacts", broken)
    step = _press("/crisis_help", region="nordjylland")
    assert step is not None
    assert step.replies[0].values["numbers"].startswith("112")
    assert _names(_say("jeg tager mit liv i nat", region="nordjylland")) == ["say_crisis_red"]


@pytest.mark.parametrize(
    "said", ["hjælp", "Hjælp!", "help", "jeg har brug for hjælp nu", "i need help", "HJÆLP MIG", "hjaelp"]
)
def test_a_plain_call_for_help_shows_numbers(said: str) -> None:
    for stage in (None, _at("asked"), _at("gentle"), _at("numbers")):
        assert _names(_say(said, stage)) == ["say_crisis_help"]


@pytest.mark.parametrize("said", ["jeg har brug for hjælp til min ansøgning", "kan jeg få hjælp til transport?"])
def test_a_wish_for_help_with_work_is_no_call_for_help(said: str) -> None:
    assert _say(said) is None


def _signal(monkeypatch: pytest.MonkeyPatch, level: Level, kind: str = "suicidal", about: str = "self") -> None:
    monkeypatch.setattr(crisis, "assess", lambda text: Signal(level, kind, about))


@pytest.mark.parametrize(
    ("level", "kind", "about", "expected"),
    [
        (Level.RED, "suicidal", "self", "say_crisis_red"),
        (Level.RED, "overdose_or_injury", "self", "say_crisis_injury"),
        (Level.RED, "selfharm", "self", "say_crisis_injury"),
        (Level.RED, "violence_victim", "self", "say_crisis_violence_now"),
        (Level.RED, "violence_other", "self", "say_crisis_hurt_others"),
        (Level.RED, "psychosis", "self", "say_crisis_psychosis_now"),
        (Level.RED, "child_at_risk", "self", "say_crisis_child"),
        (Level.RED, "other_person", "other", "say_crisis_other"),
        (Level.RED, "violence_victim", "other", "say_crisis_other_violence"),
        (Level.RED, "something new", "self", "say_crisis_red"),
        (Level.ORANGE, "suicidal", "self", "say_crisis_orange"),
        (Level.ORANGE, "selfharm", "self", "say_crisis_selfharm"),
        (Level.ORANGE, "violence_victim", "self", "say_crisis_violence"),
        (Level.ORANGE, "psychosis", "self", "say_crisis_psychosis"),
        (Level.ORANGE, "other_person", "other", "say_crisis_other"),
        (Level.ORANGE, "violence_other", "other", "say_crisis_other_violence"),
        (Level.CHECK_IN, "suicidal", "self", "say_crisis_check_in"),
        (Level.YELLOW, "none", "self", "say_crisis_gentle"),
    ],
)
def test_every_kind_has_its_words(
    level: Level, kind: str, about: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _signal(monkeypatch, level, kind, about)
    step = _say("noget")
    assert _names(step) == [expected]
    assert step is not None
    assert step.level is level
    assert step.goes_on is (level is Level.YELLOW)


@pytest.mark.parametrize("region", [None, "sjaelland"])
@pytest.mark.parametrize("kind", KINDS)
def test_red_and_orange_always_show_112_and_one_more(
    kind: str, region: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for level in (Level.RED, Level.ORANGE):
        for about in ("self", "other"):
            for stage in [None, *map(_at, STAGES)]:
                _signal(monkeypatch, level, kind, about)
                step = _say("noget", stage, region=region)
                assert step is not None
                shown = "\n".join(REPLIES[say.name][0]["text"].format(**say.values) for say in step.replies)
                assert "112" in shown or "say_crisis_no" in _names(step)


def test_a_gentle_line_goes_before_the_answer_and_comes_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    _signal(monkeypatch, Level.YELLOW, "none")
    first = _say("græder")
    assert _names(first) == ["say_crisis_gentle"]
    assert first is not None
    second = _say("græder", first.stage)
    assert second is not None
    assert second.goes_on
    assert not second.replies


def test_the_gentle_question_is_not_asked_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    _signal(monkeypatch, Level.CHECK_IN)
    first = _say("noget tungt")
    assert first is not None
    assert _names(_say("noget tungt", first.stage)) == ["say_crisis_numbers", "say_crisis_choose_region"]
    declined = _press("/crisis_continue", first.stage)
    assert declined is not None
    after = _say("noget tungt", declined.stage)
    assert after is not None
    assert after.goes_on


def test_after_a_crisis_job_talk_opens_only_when_the_person_wants_it() -> None:
    crisis_step = _say("jeg tager mit liv i nat")
    assert crisis_step is not None
    kind = _say("hvad er fleksjob?", crisis_step.stage)
    assert _names(kind) == ["say_crisis_still_here"]
    assert kind is not None
    assert _say("hvad er fleksjob?", kind.stage) is None
    assert _names(_say("ja", kind.stage)) == ["say_crisis_work"]
    assert _names(_say("nej", kind.stage)) == ["say_crisis_break"]


def test_on_another_day_the_person_is_welcomed_back_once() -> None:
    for stage in ("numbers", "resting", "asked", "alone"):
        step = _say("hej igen", _at(stage, YESTERDAY))
        assert _names(step) == ["say_crisis_return"]
        assert step is not None
        assert _say("hvad er mentor?", step.stage) is None
        assert _names(_say("bedre", step.stage)) == ["say_crisis_better"]
        assert _names(_say("ikke så godt", step.stage)) == ["say_crisis_not_well"]


def test_an_answer_of_yesterday_is_not_taken_for_an_answer_of_today() -> None:
    assert _names(_say("ja", _at("asked", YESTERDAY))) == ["say_crisis_return"]


def test_a_young_person_also_hears_of_the_childrens_phone() -> None:
    assert _names(_say("jeg er 15 og vil dø")) == ["say_crisis_orange", "say_crisis_under_18"]


@pytest.mark.parametrize("payload", ["/delete_all", "/export_data", "/language_en", "/human", "/pause"])
def test_what_belongs_to_the_person_works_in_the_middle_of_it(payload: str) -> None:
    step = _press(payload, _at("asked"))
    assert step is not None
    assert step.goes_on
    assert step.stage == _at("asked")
    assert _press(payload) is None


def test_ordinary_messages_and_buttons_are_rasas() -> None:
    for text in ("hej", "hvad er fleksjob?", "jeg er arbejdsgiver og søger en mentor til en medarbejder", "ja", "nej"):
        assert _say(text) is None
    assert _press("/start_talk") is None


def test_only_red_and_orange_are_counted() -> None:
    assert {Level.RED, Level.ORANGE} == crisis.LOGGED
