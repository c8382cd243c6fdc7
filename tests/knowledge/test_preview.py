"""Who edits the content sees what it holds for a question, on a day, for a reader."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.__main__ import app
from bot.preview import Reader, preview
from bot.replies import replies
from knowledge.store import Store

TODAY, NEXT_YEAR = date(2026, 11, 25), date(2027, 2, 1)


def shown(store: Store, text: str, on: date = TODAY, reader: Reader = Reader.EMPLOYER) -> str:
    """The preview without line breaks, for comparing."""
    return " ".join(preview(store, replies(), text, on, reader).split())


def test_what_is_on_its_way_is_said_as_it_stands_on_that_day(store: Store) -> None:
    today, next_year = (shown(store, "mentor", on) for on in (TODAY, NEXT_YEAR))
    assert "Mentorstøtte [mentorstoette; named]" in today
    assert "Gælder i dag. Ventes ændret 1. januar 2027, ikke vedtaget: " in today
    assert "Skulle måske ændres 1. januar 2027. Vi har ikke set, om det er vedtaget." in next_year
    assert "Teksten skulle være gennemgået igen senest 31. december 2026." in next_year
    assert "1 January 2027, expected, day passed, not seen adopted" in next_year
    assert "day passed" not in today


def test_a_closed_scheme_is_told_with_what_came_instead(store: Store) -> None:
    text = shown(store, "ressourceforløb", reader=Reader.CITIZEN)
    assert "Lukket for nye, så vidt vi ved siden 1. februar 2026." in text
    assert "I stedet: " in text


def test_a_day_before_our_text_is_not_guessed_at(store: Store) -> None:
    text = shown(store, "løntilskud til ledige", date(2025, 6, 1))
    assert "No text for that day: ours holds from 1 February 2026." in text


def test_amounts_are_those_of_the_day_with_their_year(store: Store) -> None:
    assert "Amount: Ressourceforløbsydelse, forsørger: 16.382 kr. pr. måned (2024)" in shown(store, "jobafklaring")


def test_low_confidence_is_marked(store: Store) -> None:
    assert "Low confidence: the assistant shows name, remarks" in shown(store, "fast track")


def test_the_changes_say_what_they_mean_for_the_reader(store: Store) -> None:
    change = next(change for change in store.changes("mentorstoette", TODAY) if change.holds == "in_force").change
    for reader, means in [
        (Reader.EMPLOYER, change.consequence_for_employer),
        (Reader.CITIZEN, change.consequence_for_citizen),
    ]:
        assert " ".join(means.split()) in shown(store, "mentorstøtte", reader=reader)


def test_an_employers_question_is_shown_as_it_would_be_answered_and_to_employers_only(store: Store) -> None:
    fire = "må vi opsige en medarbejder med psykisk sygdom"
    assert "ANSWERED AS ag-37: Må vi fyre en medarbejder med psykisk sygdom?" in shown(store, fire)
    assert "ANSWERED" not in shown(store, fire, reader=Reader.CITIZEN)


def test_each_reader_sees_what_is_for_them(store: Store) -> None:
    texts = {reader: shown(store, "rollespil om åbenhed og kritik", reader=reader) for reader in Reader}
    assert {reader for reader, text in texts.items() if "METHODS" in text} == {Reader.CASEWORKER}
    assert {reader for reader, text in texts.items() if "ACCOMMODATIONS" in text} <= {Reader.CITIZEN, Reader.EMPLOYER}


def test_nothing_found_is_said(store: Store) -> None:
    assert shown(store, "qqqq wwww").endswith("Nothing is found.")


def test_no_sentence_is_left_unfilled(store: Store) -> None:
    for scheme in store.content.schemes:
        for on in (TODAY, NEXT_YEAR, date(2024, 1, 1)):
            text = shown(store, scheme.name.da, on)
            assert "{" not in text
            assert scheme.id in text


def verb(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["preview", *arguments])


def test_the_verb_shows_the_files_as_they_stand() -> None:
    done = verb("hvad er en mentor", "--on", "2027-02-01", "--as", "employer")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("'hvad er en mentor' on 1 February 2027, as employer")
    assert "mentorstoette" in done.output


@pytest.mark.parametrize("wrong", [("--as", "boss"), ("--on", "1/2/2027")])
def test_the_verb_says_what_it_cannot_read(wrong: tuple[str, str]) -> None:
    done = verb("mentor", *wrong)
    assert done.exit_code == 2
    assert wrong[1] in done.output
