"""Long texts in pieces, and nothing in them is markup."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram import KINDS, MENUS
from bot.channels.telegram_text import LONGEST, Part, as_html, parts_of, split, units, with_choice
from bot.outbox import is_answer
from bot.replies import replies
from tests.telegram_double import COMMAND, read_html

ROOT = Path(__file__).resolve().parents[2]
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n .😀æ<&"), max_size=400)


@given(TEXTS, st.integers(4, 40))
def test_pieces_are_short_enough_and_together_they_say_everything(text: str, longest: int) -> None:
    pieces = split(text, longest)
    assert all(0 < units(piece) <= longest for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(TEXTS)
def test_html_says_what_the_text_says_and_nothing_is_markup(text: str) -> None:
    assert read_html(as_html(text)) == (text, [])


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("  \n", []),
        ("kort", ["kort"]),
        ("Første del.\n\nAnden del.\nMere.", ["Første del.", "Anden del.\nMere."]),
        ("Linje et her\nlinje to", ["Linje et her", "linje to"]),
        ("En sætning. En anden sætning.", ["En sætning.", "En anden sætning."]),
        ("ord og flere ord igen nu", ["ord og flere ord", "igen nu"]),
        ("x" * 20, ["x" * 18, "xx"]),
        ("😀" * 10, ["😀" * 9, "😀"]),
    ],
)
def test_a_long_text_is_cut_at_the_best_place(text: str, pieces: list[str]) -> None:
    assert split(text, 18) == pieces


def test_an_answer_becomes_messages_with_the_buttons_under_the_last() -> None:
    button = {"title": "Ja", "payload": "knap:x"}
    answer = [
        {"text": "a" * (LONGEST + 1), "buttons": [button], "attach": None},
        {"text": "", "buttons": [], "attach": None},
        {"text": "Din fil", "buttons": [], "attach": "export"},
    ]
    assert parts_of(answer) == [
        Part("a" * LONGEST),
        Part("a", (("Ja", "knap:x"),)),
        Part("Din fil", (), "export"),
    ]


def test_a_choice_that_does_not_fit_under_the_text_is_left_out() -> None:
    assert with_choice("Hvad?", "✓ <Ja>") == "Hvad?\n\n<b>✓ &lt;Ja&gt;</b>"
    assert with_choice("x" * LONGEST, "✓ Ja") is None


def test_every_command_can_be_taken_by_telegram_and_every_reply_of_the_channel_exists() -> None:
    for language, menu in MENUS.items():
        for command, what in menu.items():
            assert COMMAND.fullmatch(command)
            described = replies().render(f"say_telegram_command_{what}", language, {})
            assert described
            assert described["language"] == language
            assert len(described["text"]) <= 256
    for kind in KINDS.values():
        assert replies().render(f"say_telegram_{kind}", "da", {})


def test_a_toast_is_short_enough_for_telegram() -> None:
    for folder in ("domain", "translations/en"):
        for file in ("telegram.yml", "common.yml"):
            written = yaml.safe_load((ROOT / "dialogues" / folder / file).read_text(encoding="utf-8"))["replies"]
            for name in ("say_telegram_button_used", "say_button_expired"):
                assert all(len(said["text"]) <= 200 for said in written.get(name, []))


def test_a_button_of_plain_words_answers_its_question_and_no_later_one() -> None:
    assert is_answer("Gode kolleger")
    assert is_answer("/affirm")
    assert not is_answer('/ask_scheme{"scheme": "fleksjob"}')
    assert not is_answer("/show_plan")
