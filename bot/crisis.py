"""The crisis path: what is said when a message tells of danger, and what follows until the person is through.

Pure: a message, a stage and a day in, names of replies out. Works without a model, a database and an action server.
The path never says anything of its own making: every sentence stands in `dialogues/domain/crisis.yml`.

A stage is `name:day` (the day it was reached). It says what was asked last, so that a short answer is understood, and
that job talk waits until the person asks for it:

    asked, wound, alone, contact, danger, checked   a question is open (see `_QUESTIONS`)
    numbers      numbers were shown; the next ordinary message is met kindly once, then all goes on
    offered      we asked whether to go on with work
    resting      the person wanted a break, or is safe; on another day they are welcomed back
    returned     we asked how it is today
    answered     the direct question was answered with no, and numbers or a break were offered
    told         the same, some messages ago: today it is not asked again
    gentle       a gentle line was said, or a gentle question answered with no: today neither comes again
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from knowledge import contacts
from nlu.crisis import Level, Signal, assess
from nlu.crisis.answers import Answer, read_answer

logger = logging.getLogger(__name__)

LOGGED = frozenset({Level.RED, Level.ORANGE})
"""Levels that are counted (time and level, nothing else)."""

_KEPT = (
    "/delete", "/export", "/privacy", "/language", "/human", "/pause", "/resume", "/expired", "/stop",
)  # fmt: skip
"""Beginnings of payloads that belong to the person at any time: they go on to Rasa and leave the stage as it is."""


@dataclass(frozen=True)
class Say:
    """A reply to say, by name, with the values of its placeholders."""

    name: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """What the path does with a message.

    `replies` are said in order. `stage` is kept until the next message. With `goes_on` the message also goes to Rasa.
    `region` is set when the person just told it. `level` is what the message told, for the count.
    """

    replies: tuple[Say, ...]
    stage: str | None
    level: Level
    goes_on: bool = False
    region: str | None = None


_BUTTONS: dict[str, tuple[str, str | None]] = {
    "yes": ("red", "numbers"),
    "unsure": ("red", "numbers"),
    "no": ("say_crisis_no", "answered"),
    "wont": ("say_crisis_wont", "numbers"),
    "call_112": ("say_crisis_call_112", "numbers"),
    "numbers": ("numbers", "numbers"),
    "safe": ("say_crisis_safe", "resting"),
    "friend": ("say_crisis_friend", "numbers"),
    "break": ("say_crisis_break", "resting"),
    "help": ("help", "numbers"),
    "work": ("say_crisis_work", None),
    "continue": ("say_crisis_continue", "gentle"),
    "wound_yes": ("say_crisis_injury", "numbers"),
    "wound_no": ("say_crisis_no_wound", "answered"),
    "alone_yes": ("say_crisis_alone_yes", "numbers"),
    "alone_no": ("say_crisis_alone_no", "numbers"),
    "contact_yes": ("say_crisis_contact_yes", "numbers"),
    "contact_no": ("say_crisis_contact_no", "numbers"),
    "danger_yes": ("say_crisis_danger_yes", "numbers"),
    "danger_no": ("say_crisis_danger_no", "numbers"),
    "better": ("say_crisis_better", "offered"),
    "not_well": ("say_crisis_not_well", "resting"),
}
"""Button (`/crisis_…`) → what is said, and the stage after it."""

_QUESTIONS: dict[str, dict[str, str]] = {
    "asked": {"yes": "yes", "no": "no", "unsure": "unsure", "wont": "wont", "not_well": "yes", "better": "no"},
    "wound": {"yes": "wound_yes", "no": "wound_no", "unsure": "wound_yes", "wont": "wont"},
    "alone": {"yes": "alone_yes", "no": "alone_no", "unsure": "alone_no", "wont": "wont"},
    "contact": {"yes": "contact_yes", "no": "contact_no", "unsure": "contact_no", "wont": "wont"},
    "danger": {"yes": "danger_yes", "no": "danger_no", "unsure": "danger_yes"},
    "checked": {"yes": "numbers", "no": "continue", "unsure": "numbers", "wont": "continue", "not_well": "numbers"},
    "answered": {"yes": "numbers", "no": "break", "unsure": "numbers"},
    "offered": {"yes": "work", "no": "break", "unsure": "break"},
    "returned": {"better": "better", "not_well": "not_well", "yes": "better", "no": "not_well", "unsure": "not_well"},
    "resting": {},
    "numbers": {},
}
"""Open question → short answer → the button it stands for."""
_SPARED = ("gentle", "answered", "told")
"""Stages at which neither a gentle question nor a gentle line comes again the same day."""
_LATER = {"answered": "told", "told": "told"}
"""What becomes of a stage when the talk goes on; all others become `gentle`."""
_ANYWHERE = {"safe": "safe", "work": "work"}
"""Short answers that are understood at every stage."""
_BY_BEGINNING = ("asked", "wound", "alone", "contact", "danger", "checked")
"""Questions to which also a long message that begins with yes or no is an answer."""

_RED = {
    "selfharm": ("say_crisis_injury", "numbers"),
    "overdose_or_injury": ("say_crisis_injury", "numbers"),
    "violence_victim": ("say_crisis_violence_now", "alone"),
    "violence_other": ("say_crisis_hurt_others", "numbers"),
    "psychosis": ("say_crisis_psychosis_now", "contact"),
    "child_at_risk": ("say_crisis_child", "numbers"),
    "other_person": ("say_crisis_other", "danger"),
}
_ORANGE = {
    "selfharm": ("say_crisis_selfharm", "wound"),
    "overdose_or_injury": ("say_crisis_injury", "numbers"),
    "violence_victim": ("say_crisis_violence", "alone"),
    "violence_other": ("say_crisis_hurt_others", "numbers"),
    "psychosis": ("say_crisis_psychosis", "contact"),
    "child_at_risk": ("say_crisis_child", "numbers"),
    "other_person": ("say_crisis_other", "danger"),
}
_ABOUT_OTHERS = {
    "violence_victim": ("say_crisis_other_violence", "danger"),
    "violence_other": ("say_crisis_other_violence", "danger"),
    "child_at_risk": ("say_crisis_child", "numbers"),
}
"""Kind → what is said, and the stage after it; what is missing is about thoughts of suicide."""


def next_step(text: str, payload: str | None, stage: str | None, region: str | None, today: date) -> Step | None:
    """What the crisis path does with a message; None when it is no matter for it, and Rasa has it.

    `text` is what was written, `payload` that of a pressed button (then `text` says nothing). `stage` is what the
    last step left behind, `region` an id of `knowledge.contacts.REGIONS` when known. Never raises.
    """
    name, day = _read_stage(stage)
    if payload is not None:
        return _button(payload, name, day, region, today, stage)
    answer = read_answer(text)
    if "help" in answer.whole:
        return _press("help", region, today)
    signal = assess(text)
    if signal.level is Level.RED:
        return _danger(signal, answer, region, today)
    short = _short_answer(answer, name if day == today else None)
    if short and signal.level in (Level.NONE, Level.YELLOW, Level.CHECK_IN):
        return _press(short, region, today)
    if signal.level is Level.ORANGE:
        return _orange(signal, answer, name if day == today else None, region, today)
    spared = name in _SPARED and day == today
    if signal.level is Level.CHECK_IN and not spared:
        if name == "checked" and day == today:  # Asked once already: rather numbers than the same question again.
            return _press("numbers", region, today, Level.CHECK_IN)
        return Step((Say("say_crisis_check_in"),), _stage("checked", today), Level.CHECK_IN)
    if waiting := _waiting(name, day, today):
        return waiting
    later = _stage(_LATER.get(name or "", "gentle"), today)
    if spared:
        return Step((), later, signal.level, goes_on=True)
    if signal.level is Level.YELLOW:
        return Step((Say("say_crisis_gentle"),), later, signal.level, goes_on=True)
    return None


def _button(
    payload: str, name: str | None, day: date | None, region: str | None, today: date, stage: str | None
) -> Step | None:
    if payload.startswith("/crisis_region_"):
        return _region(payload.removeprefix("/crisis_region_"), today)
    if payload.startswith("/crisis_"):
        return _press(payload.removeprefix("/crisis_"), region, today)
    if payload.startswith(_KEPT):
        return Step((), stage, Level.NONE, goes_on=True) if stage else None
    return _waiting(name, day, today)


def _press(button: str, region: str | None, today: date, level: Level = Level.NONE) -> Step:
    """The step of a button; an unknown one shows the numbers."""
    reply, after = _BUTTONS.get(button, _BUTTONS["numbers"])
    if reply == "red":
        return Step((_red(region, today),), _stage(after, today), Level.RED)
    if reply == "numbers":
        said = [_numbers("say_crisis_numbers", region, today)]
        if region not in contacts.REGIONS:
            said.append(Say("say_crisis_choose_region"))
        return Step(tuple(said), _stage(after, today), level)
    if reply == "help":
        return Step((_numbers("say_crisis_help", region, today),), _stage(after, today), level)
    return Step((Say(reply),), _stage(after, today), level)


def _region(chosen: str, today: date) -> Step:
    if chosen not in contacts.REGIONS:
        return Step((Say("say_crisis_region_unknown"),), _stage("numbers", today), Level.NONE)
    said = _numbers("say_crisis_numbers", chosen, today)
    return Step((said,), _stage("numbers", today), Level.NONE, region=chosen)


def _danger(signal: Signal, answer: Answer, region: str | None, today: date) -> Step:
    table = {**_RED, **_ABOUT_OTHERS} if signal.about == "other" else _RED
    reply, after = table.get(signal.kind, ("red", "numbers"))
    said = _red(region, today) if reply == "red" else Say(reply)
    return Step(_with_under_18(said, answer), _stage(after, today), Level.RED)


def _orange(signal: Signal, answer: Answer, open_question: str | None, region: str | None, today: date) -> Step:
    """Ask directly, once: a second sign on the same day gets the numbers instead of the same question."""
    table = {**_ORANGE, **_ABOUT_OTHERS} if signal.about == "other" else _ORANGE
    reply, after = table.get(signal.kind, ("say_crisis_orange", "asked"))
    if reply == "say_crisis_orange" and open_question == "asked":
        said = _red(region, today) if answer.begins != "no" else Say("say_crisis_no")
        return Step(_with_under_18(said, answer), _stage("numbers", today), Level.ORANGE)
    if open_question in ("answered", "told", "numbers", after):
        shown = _press("numbers", region, today, Level.ORANGE)
        return Step((*shown.replies, *_with_under_18(None, answer)), shown.stage, Level.ORANGE)
    return Step(_with_under_18(Say(reply), answer), _stage(after, today), Level.ORANGE)


def _with_under_18(said: Say | None, answer: Answer) -> tuple[Say, ...]:
    extra = (Say("say_crisis_under_18"),) if answer.under_18 else ()
    return (said, *extra) if said else extra


def _waiting(name: str | None, day: date | None, today: date) -> Step | None:
    """After a crisis an ordinary message is met kindly once: job talk opens only when the person wants it."""
    if name in (None, "gentle", "offered", "returned", "checked"):
        return None
    if day != today:
        return Step((Say("say_crisis_return"),), _stage("returned", today), Level.NONE)
    if name in _SPARED:
        return None
    return Step((Say("say_crisis_still_here"),), _stage("offered", today), Level.NONE)


def _short_answer(answer: Answer, question: str | None) -> str | None:
    """The button that a short answer to `question` stands for."""
    table = _QUESTIONS.get(question or "", {})
    for said, button in table.items():
        if said in answer.whole:
            return button
    for said, button in _ANYWHERE.items():
        if said in answer.whole and question is not None:
            return button
    if question in _BY_BEGINNING and answer.begins in table:
        return table[answer.begins]
    return None


def _red(region: str | None, today: date) -> Say:
    doctor = _doctor(region, today)
    return Say("say_crisis_red_region", {"doctor": doctor}) if doctor else Say("say_crisis_red")


def _doctor(region: str | None, today: date) -> str | None:
    """Name and number of the region's doctor; None when unknown, past its day, or the list cannot be read."""
    try:
        found = contacts.doctor(contacts.load_contacts(), today, region)
    except Exception as problem:
        logger.error("The contacts cannot be read (%s).", type(problem).__name__)
        return None
    return f"{found.name['da'].partition(' (')[0]} {found.number}" if found else None


def _numbers(reply: str, region: str | None, today: date) -> Say:
    return Say(reply, {"numbers": "\n".join(_lines(region, today))})


def _lines(region: str | None, today: date) -> Sequence[str]:
    try:
        listed = contacts.in_crisis(contacts.load_contacts(), today, region)
    except Exception as problem:
        logger.error("The contacts cannot be read (%s).", type(problem).__name__)
        return ("112", "Livslinien: 70 201 201 (livslinien.dk)")
    return [_line(contact) for contact in listed]


def _line(contact: contacts.Contact) -> str:
    if contact.number == "112":
        return "112"
    page = contact.check_at.removeprefix("https://").removeprefix("www.").rstrip("/")
    return f"{contact.name['da'].partition(' (')[0]}: {contact.number} ({page})"


def _stage(name: str | None, today: date) -> str | None:
    return f"{name}:{today.isoformat()}" if name else None


def _read_stage(stage: str | None) -> tuple[str | None, date | None]:
    """Name and day of a stage; a stage that cannot be read counts as numbers shown on an unknown day."""
    if not stage:
        return None, None
    name, _, day = stage.partition(":")
    try:
        return (name if name in {*_QUESTIONS, *_SPARED} else "numbers"), date.fromisoformat(day)
    except ValueError:
        return "numbers", None
