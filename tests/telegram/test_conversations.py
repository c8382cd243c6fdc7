"""Whole conversations in Telegram: people write and press, and read what they were sent."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import text

from bot import service
from bot.channels.telegram import DATA, GROUPS, MENUS
from bot.tables import metadata
from tests.telegram.conftest import Chat, Echo
from tests.telegram_double import LONGEST_DATA, LONGEST_TEXT, Telegram

DANGER = "jeg tager mit liv i aften"


def rows_about(person: str) -> dict[str, int]:
    """How many rows each table has about a person."""
    with service.people().engine.connect() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {name} WHERE person = :p"), {"p": person}).scalar_one()
            for name, table in metadata.tables.items()
            if "person" in table.columns
        }


def methods(telegram: Telegram) -> list[str]:
    """The names of the calls that were made, in order."""
    return [method for method, _ in telegram.calls]


def test_from_the_welcome_to_an_answer_by_buttons(chat: Callable[..., Chat], telegram: Telegram) -> None:
    karen = chat()
    welcome = karen.says("/start")
    assert len(welcome) == 1
    assert "maskine" in welcome[0]
    assert "Telegram" in welcome[0], "what Telegram keeps is said before anything else"
    assert "Er du fyldt 18" in karen.presses("Kom i gang")[0]
    assert "Må jeg gemme" in karen.presses("Ja, jeg er fyldt 18")[0]
    assert "Jeg gemmer ikke noget" in karen.presses("Nej, gem intet")[0]
    answer = karen.says("Hvad er fleksjob?")
    assert "Kommunen afgør" in answer[0]
    assert "Hvad får man?" in karen.person.buttons()
    assert karen.presses("Hvad får man?")
    assert telegram.refusals == []


def test_after_a_press_the_buttons_are_gone_and_the_choice_stands_there(chat: Callable[..., Chat]) -> None:
    karen = chat()
    karen.says("/start")
    karen.presses("Kom i gang")
    first, second = karen.person.seen()
    assert first["text"].endswith("✓ Du valgte: Kom i gang")
    assert karen.person.buttons_of(first) == []
    assert karen.person.buttons_of(second)


def test_a_press_is_acknowledged_before_the_work_on_it_begins(
    echo: Callable[..., Chat], rasa: Echo, telegram: Telegram
) -> None:
    karen = echo()
    rasa.button = "Se mere"
    karen.says("fleksjob")
    telegram.calls.clear()
    rasa.watched = lambda: telegram.calls.append(("(Rasa works)", {}))
    karen.presses("Se mere")
    called = methods(telegram)
    assert called.index("answerCallbackQuery") < called.index("(Rasa works)") < called.index("sendMessage")


def test_buttons_stand_one_per_row_and_carry_nothing_but_a_token(chat: Callable[..., Chat]) -> None:
    karen = chat()
    karen.says("/start")
    rows = karen.person.seen()[0]["reply_markup"]["inline_keyboard"]
    assert [len(row) for row in rows] == [1, 1, 1, 1]
    for row in rows:
        assert DATA.fullmatch(row[0]["callback_data"])
        assert len(row[0]["callback_data"].encode()) <= LONGEST_DATA


def test_a_button_counts_once(chat: Callable[..., Chat], telegram: Telegram) -> None:
    karen = chat()
    karen.says("/start")
    twice = karen.person.presses("Kom i gang"), karen.person.presses("Kom i gang")
    assert len(karen.hand_over(*twice)) == 1
    assert telegram.toasts == [None, "Her har du allerede valgt."]
    other = karen.person.seen()[0], "Spørg om en ordning"
    assert other[1] not in karen.person.buttons(), "nor can its neighbours be pressed any more"


def test_a_button_under_an_old_question_is_answered_politely_and_answers_nothing(
    chat: Callable[..., Chat], telegram: Telegram
) -> None:
    karen = chat()
    karen.says("/start")
    karen.presses("Kom i gang")
    karen.says("/slet")
    question = karen.person.seen()[1]
    yes = next(b for b in karen.person.buttons_of(question) if b["text"].startswith("Ja"))
    answer = karen.hand_over(karen.person.presses_data(question, yes["callback_data"]))
    assert answer == ["Den knap virker ikke mere. Skriv bare, hvad du vil, med dine egne ord."]
    assert telegram.toasts[-1] == answer[0]
    assert service.people().export(karen.id)["about_you"], "a yes to another question deletes nothing"


def test_an_older_button_that_speaks_for_itself_still_works(chat: Callable[..., Chat]) -> None:
    karen = chat()
    karen.says("/start")
    karen.says("tak")
    assert "112" in karen.presses("Jeg har det skidt nu")[0]


@pytest.mark.parametrize(
    "data", ["", "k:AAAAAAAAAAAAAAAAAAAAAAAA:0", "/confirm_delete_all", "knap:AAAAAAAAAAAAAAAA", "æ" * 32]
)
def test_a_button_that_we_never_made_is_answered_politely(chat: Callable[..., Chat], data: str) -> None:
    karen = chat()
    karen.says("/start")
    answer = karen.hand_over(karen.person.presses_data(karen.person.seen()[0], data))
    assert answer == ["Den knap virker ikke mere. Skriv bare, hvad du vil, med dine egne ord."]


def test_a_button_of_somebody_else_is_not_taken(chat: Callable[..., Chat]) -> None:
    karen, peter = chat(), chat()
    karen.says("/start")
    peter.says("/start")
    taken = karen.person.seen()[0]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert "virker ikke" in peter.hand_over(peter.person.presses_data(peter.person.seen()[0], taken))[0]
    assert "Er du fyldt 18" in karen.presses("Kom i gang")[0], "and it is still hers"


def test_english_for_whoever_has_telegram_in_english(chat: Callable[..., Chat], telegram: Telegram) -> None:
    kate = chat("en-GB")
    assert "machine" in kate.says("/start")[0]
    assert "18" in kate.presses("Get started")[0]
    assert kate.person.seen()[0]["text"].endswith("✓ You chose: Get started")
    assert "cannot hear sound" in kate.sends_a("voice")[0]


def test_a_first_question_is_answered_after_a_line_about_machine_and_telegram(chat: Callable[..., Chat]) -> None:
    notice, answer = chat().says("Hvad er fleksjob?")
    assert "maskine" in notice
    assert "Telegram gemmer også" in notice
    assert "Kommunen afgør" in answer


@pytest.mark.parametrize("start", ["/start employer", "/start@jobsamtale_bot employer"])
def test_a_deep_link_says_who_is_asking(chat: Callable[..., Chat], start: str) -> None:
    assert "når du ansætter" in chat().says(start)[0]


@pytest.mark.parametrize("language", MENUS)
def test_every_command_of_the_menu_is_understood(chat: Callable[..., Chat], language: str) -> None:
    karen = chat(language)
    for command in MENUS[language]:
        answer = " ".join(karen.says(f"/{command}"))
        assert answer
        assert "forstod" not in answer
        assert "understand" not in answer
    assert all(not heard.startswith(tuple(MENUS[language])) for heard in karen.heard)


@pytest.mark.parametrize(
    "typed", ['/ask_scheme{"scheme": "fleksjob"}', ' /affirm{"consent": true}', "//confirm_delete_all"]
)
def test_a_typed_intent_is_only_words(chat: Callable[..., Chat], typed: str) -> None:
    karen = chat()
    karen.says("/start")
    karen.says(typed)
    assert karen.heard[-1] == typed.strip(" /")
    event = [event for event in service.people().history(karen.id) if event["event"] == "user"][-1]
    assert event["parse_data"]["intent"]["confidence"] < 1
    assert service.people().export(karen.id)["about_you"]["consent"] is False


def test_a_secret_is_masked_and_the_person_hears_where_it_still_lies(chat: Callable[..., Chat]) -> None:
    karen = chat()
    answer = karen.says("mit cpr er 140275-1234, hvad er fleksjob?")
    told = next(text for text in answer if "noget privat" in text)
    assert "Telegram" in told
    assert "vælg Slet" in told
    assert "140275" not in json.dumps(service.people().export(karen.id))


def test_a_masked_secret_is_told_also_after_a_crash(echo: Callable[..., Chat], rasa: Echo) -> None:
    karen = echo()
    karen.hand_over_and_die(karen.person.says("min mail er karen@hansen.dk"))
    answer = karen.restart(karen.desk._door)
    assert "noget privat" in answer[0]
    assert "karen@hansen.dk" not in " ".join(rasa.heard)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("sticker", "ord"),
        ("animation", "ord"),
        ("dice", "ord"),
        ("voice", "høre"),
        ("audio", "høre"),
        ("photo", "illeder"),
        ("video", "illeder"),
        ("video_note", "illeder"),
        ("location", "112"),
        ("contact", "andre"),
        ("document", "filer"),
        ("story", "kan jeg ikke læse"),
    ],
)
def test_what_is_not_words_is_answered_kindly(echo: Callable[..., Chat], rasa: Echo, kind: str, said: str) -> None:
    karen = echo()
    answer = karen.sends_a(kind)
    assert len(answer) == 1
    assert said.lower() in answer[0].lower()
    assert rasa.heard == []


def test_a_sticker_as_the_first_message_gets_the_word_about_the_machine_first(chat: Callable[..., Chat]) -> None:
    notice, answer = chat().sends_a("sticker")
    assert "maskine" in notice
    assert "ord" in answer


def test_the_words_under_a_picture_are_answered(echo: Callable[..., Chat]) -> None:
    karen = echo()
    answer = karen.sends_a("photo", caption="er det her et fleksjob?")
    assert "illeder" in answer[0]
    assert answer[1] == "1. er det her et fleksjob?"
    assert "112" in " ".join(karen.sends_a("photo", caption=DANGER))


def test_what_telegram_says_about_the_chat_itself_is_not_answered(echo: Callable[..., Chat]) -> None:
    karen = echo()
    assert (
        karen.hand_over(karen.person.sends(message_auto_delete_timer_changed={"message_auto_delete_time": 86400})) == []
    )


def test_an_edited_message_is_answered_kindly_and_danger_in_it_is_seen(echo: Callable[..., Chat], rasa: Echo) -> None:
    karen = echo()
    karen.says("fleksjb")
    answer = karen.edits("fleksjob")
    assert "rettede en besked" in answer[0]
    assert rasa.heard == ["fleksjb"], "an answer to one question never becomes one to the next"
    assert "70 201 201" in " ".join(karen.edits(DANGER))


def test_a_group_is_refused_once_and_left(chat: Callable[..., Chat], telegram: Telegram) -> None:
    karen = chat()
    group = telegram.group()
    karen.hand_over(karen.person.adds_to(group), karen.person.says_in(group, "hej alle"))
    said = [message["text"] for message in telegram.chats[group] if message["from"]["is_bot"]]
    assert len(said) == 1
    assert "Skriv gerne til mig alene" in said[0]
    assert group in telegram.left
    karen.hand_over(karen.person.adds_to(group), karen.person.says_in(group, "hvad er fleksjob?"))
    assert [m["text"] for m in telegram.chats[group] if m["from"]["is_bot"]] == said
    assert group in telegram.left, "put in again, it leaves again without a word"
    assert service.people().history(service.people().keys.person(GROUPS, str(group))) == []
    assert karen.heard == []


def test_danger_is_met_with_numbers_also_when_rasa_is_gone(echo: Callable[..., Chat], rasa: Echo) -> None:
    karen = echo()
    rasa.fails = True
    answer = " ".join(karen.says(DANGER))
    assert "112" in answer
    assert "70 201 201" in answer
    peter = echo()
    assert "gik galt" in peter.says("Hvad er fleksjob?")[0]


def test_delete_all_takes_the_address_and_the_buttons_along(chat: Callable[..., Chat]) -> None:
    karen = chat()
    karen.says("/start")
    karen.says("/slet")
    assert rows_about(karen.id)["addresses"] == 1
    update = karen.person.presses("Ja, slet alt")
    assert "Nu er alt slettet" in karen.hand_over(update)[0]
    assert set(rows_about(karen.id).values()) == {0}
    assert karen.hand_over(update) == [], "the same press handed over again makes nobody known"
    assert set(rows_about(karen.id).values()) == {0}


def test_my_data_comes_as_a_file_when_the_person_wants_it_in_telegram(
    chat: Callable[..., Chat], telegram: Telegram
) -> None:
    karen = chat()
    karen.says("Hvad er fleksjob?")
    assert "ligger den også hos Telegram" in karen.says("/data")[0]
    assert telegram.files == [], "not before they chose to have it there"
    karen.presses("Send filen her")
    name, content = telegram.files[0]
    assert name.endswith(".json")
    data = json.loads(content)
    assert data["about_you"]["address"]["chat"] == karen.person.chat
    assert "Hvad er fleksjob?" in content.decode()
    assert "ligger den også hos Telegram" in karen.person.texts()[-1]


def test_a_text_that_looks_like_markup_is_shown_as_it_was_written(
    echo: Callable[..., Chat], telegram: Telegram
) -> None:
    karen = echo()
    for written in ("<b>hej</b> & <script>alert(1)</script>", "<a href='http://x.dk'>klik</a>", "1 < 2 &lt; 3", "_*[`"):
        assert karen.says(written) == [f"1. {written}"]
    assert telegram.refusals == []
    assert not any("entities" in message for message in karen.person.seen())


def test_markup_in_a_button_stands_there_as_it_is(echo: Callable[..., Chat], rasa: Echo, telegram: Telegram) -> None:
    karen = echo()
    rasa.button = "<i>Ja & nej</i>"
    karen.says("hej igen")
    karen.presses("<i>Ja & nej</i>")
    assert karen.person.texts()[0].endswith("✓ Du valgte: <i>Ja & nej</i>")
    assert telegram.refusals == []


def test_a_long_answer_comes_in_pieces_with_the_buttons_under_the_last(
    echo: Callable[..., Chat], rasa: Echo, telegram: Telegram
) -> None:
    karen = echo()
    paragraphs = [f"{number}. " + "Det her er en del af et langt svar. " * 50 for number in range(5)]
    rasa.says, rasa.button = "\n\n".join(paragraphs), "Videre"
    pieces = karen.says("fortæl")
    assert len(pieces) == 3
    assert all(len(piece) <= LONGEST_TEXT for piece in pieces)
    assert all(piece[0].isdigit() for piece in pieces), "cut between paragraphs"
    assert "".join("".join(pieces).split()) == "".join("".join(paragraphs).split())
    assert [bool(karen.person.buttons_of(message)) for message in karen.person.seen()] == [False, False, True]
    assert telegram.refusals == []


def test_a_message_as_long_as_telegram_allows_is_answered(chat: Callable[..., Chat]) -> None:
    karen = chat()
    assert "for lang" in " ".join(karen.says("ord " * (LONGEST_TEXT // 4)))
