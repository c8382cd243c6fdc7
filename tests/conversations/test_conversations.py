"""Whole talks through the real assistant: one file per talk, in a folder named after what people do.

A step is what the person does (`person:` writes, `presses:` a button by its title) and what must follow: `expect:` and
`absent:` hold names of replies or pieces of their text, `buttons:` titles that must be there, `slots:` values,
`form:` the form under way (null: none), `messages:` how many replies there are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent
TALKS = sorted(HERE.glob("*/*.yml"))
STEP_KEYS = {"person", "presses", "expect", "absent", "buttons", "slots", "form", "messages"}


@pytest.mark.parametrize("file", TALKS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_the_talk_goes_as_written(file: Path, talk: Callable[..., Any]) -> None:
    """Every step is answered as its file says."""
    written = yaml.safe_load(file.read_text(encoding="utf-8"))
    person = talk(language=written.get("language", "da"))
    for number, step in enumerate(written["steps"], 1):
        replies = person.presses(step["presses"]) if "presses" in step else person.says(step["person"])
        problems = list(faults(step, replies))
        if "form" in step and person.active_form != step["form"]:
            problems.append(f"the form is {person.active_form!r}")
        if "slots" in step:
            kept = person.slots
            problems += [f"{s} is {kept.get(s)!r}" for s, value in step["slots"].items() if kept.get(s) != value]
        said = "\n".join(f"[{reply.get('name')}] {reply['text']}" for reply in replies)
        assert not problems, f"step {number} ({step.get('person') or step.get('presses')}): {problems}\n{said}"


def faults(step: dict[str, Any], replies: list[dict[str, Any]]) -> list[str]:
    """What is wrong with `replies` as the answer of this step."""
    wrong = [f"unknown key {key!r}" for key in step.keys() - STEP_KEYS]
    wrong += [f"missing {wanted!r}" for wanted in step.get("expect", []) if not _occurs(wanted, replies)]
    wrong += [f"unwanted {shunned!r}" for shunned in step.get("absent", []) if _occurs(shunned, replies)]
    titles = {button["title"] for reply in replies for button in reply["buttons"] or []}
    wrong += [f"no button {title!r}" for title in step.get("buttons", []) if title not in titles]
    if len(replies) != step.get("messages", len(replies)):
        wrong.append(f"{len(replies)} messages")
    if not any(reply["text"] for reply in replies):
        wrong.append("no answer")
    wrong += [f"unfilled: {reply['text']}" for reply in replies if "{" in reply["text"]]
    return wrong


def _occurs(wanted: str, replies: list[dict[str, Any]]) -> bool:
    if wanted.startswith(("say_", "utter_")):
        return any(reply.get("name") == wanted for reply in replies)
    return any(wanted.casefold() in reply["text"].casefold() for reply in replies)


def test_there_are_talks_for_every_behaviour() -> None:
    """A folder that lost its talks would otherwise pass unseen."""
    talks = {folder.name: len(list(folder.glob("*.yml"))) for folder in HERE.iterdir() if folder.is_dir()}
    talks.pop("__pycache__", None)
    assert set(talks) >= {
        "asking_about_a_scheme",
        "corrections",
        "digressions",
        "hostile",
        "languages",
        "leaving",
        "privacy",
        "refusals",
        "starting",
        "unsure",
    }
    assert all(talks.values())
    assert sum(talks.values()) >= 25
