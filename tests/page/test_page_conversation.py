from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.page.double import Double, said

Open = Callable[..., Page]


def field(page: Page) -> Locator:
    return page.locator("#message")


def send(page: Page, text: str) -> None:
    field(page).fill(text)
    field(page).press("Enter")


def answers(double: Double, page: Page, text: str) -> Locator:
    """What the page makes of an answer."""
    before = page.locator(".theirs").count()
    double.answer = lambda _, language: [said(text)]
    send(page, "hej")
    expect(page.locator(".theirs")).to_have_count(before + 1)
    return page.locator(".theirs .bubble").last


# --- beginning ---------------------------------------------------------------------------------------------------


def test_the_conversation_begins_by_itself(double: Double, open_page: Open) -> None:
    page = open_page()
    assert [(body["message"], body["language"]) for body in double.bodies] == [("/start", "da")]
    expect(page.locator(".mine")).to_have_count(0)


def test_a_link_can_say_who_is_asking(double: Double, open_page: Open) -> None:
    open_page("/?start=employer")
    assert double.messages == ["/start employer"]


def test_nothing_else_than_a_plain_word_comes_in_by_a_link(double: Double, open_page: Open) -> None:
    page = open_page()
    for start in ("", "a b", "%2Fcrisis_help", "x" * 65, "%0Ahej", "hej%0A", "æ"):
        page.goto(f"{double.address}/?start={start}")
        expect(page.locator(".theirs")).to_have_count(1)
    assert set(double.messages) == {"/start"}
    assert len(double.messages) == 8


def test_a_person_who_comes_back_is_known_again(double: Double, open_page: Open) -> None:
    page = open_page()
    page.reload()
    expect(page.locator(".theirs")).to_have_count(1)
    assert double.messages == ["/start", "/start"]
    assert double.issued == 1


# --- writing and pressing ----------------------------------------------------------------------------------------


def test_a_whole_conversation_works_by_keyboard_alone(double: Double, open_page: Open) -> None:
    double.answer = lambda text, language: [said("Hvad vil du?", "Første", "Anden")]
    page = open_page(viewport={"width": 500, "height": 800})
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Gå til skrivefeltet")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    page.keyboard.type("første linje")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("anden linje")
    page.keyboard.press("Enter")
    expect(page.locator(".theirs")).to_have_count(2)
    assert double.messages[-1] == "første linje\nanden linje"
    expect(field(page)).to_have_value("")
    expect(field(page)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Anden").last).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".mine").last).to_be_focused()
    expect(page.locator(".theirs")).to_have_count(3)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Første").last).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".theirs")).to_have_count(4)
    assert double.messages[2:] == ["pressed:Anden", "pressed:Første"]


def test_a_pressed_button_stands_as_the_persons_line_and_old_buttons_rest(double: Double, open_page: Open) -> None:
    double.answer = lambda text, language: [said("Hvad vil du?", "Første", "Anden")]
    page = open_page()
    page.get_by_role("button", name="Anden").click()
    expect(page.locator(".theirs")).to_have_count(2)
    expect(page.locator(".mine .bubble")).to_have_text("Anden")
    assert double.bodies[-1]["message"] == "pressed:Anden"
    assert double.bodies[-1]["shown"] == "Anden"
    first = page.locator(".theirs").first.get_by_role("button")
    assert [button.is_disabled() for button in first.all()] == [True, True]
    assert "chosen" in (first.nth(1).get_attribute("class") or "")
    expect(page.locator(".theirs").last.get_by_role("button").first).to_be_enabled()


def test_buttons_rest_when_something_is_written_instead(double: Double, open_page: Open) -> None:
    double.answer = lambda text, language: [said("Hvad vil du?", "Første")] if text == "/start" else [said("Ja.")]
    page = open_page()
    send(page, "noget helt andet")
    expect(page.get_by_role("button", name="Første")).to_be_disabled()


def test_a_button_that_says_call_also_calls(double: Double, open_page: Open) -> None:
    double.answer = lambda text, language: [said("Du skal have et menneske nu.", "Ring 112", "Jeg er i sikkerhed")]
    page = open_page()
    call = page.get_by_role("log").get_by_role("link", name="Ring 112")
    expect(call).to_have_attribute("href", "tel:112")
    call.dispatch_event("click")
    expect(page.locator(".theirs")).to_have_count(2)
    assert double.messages[-1] == "pressed:Ring 112"


def test_enter_that_ends_a_composed_word_does_not_send(double: Double, open_page: Open) -> None:
    page = open_page()
    field(page).fill("にほん")
    field(page).dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    field(page).dispatch_event("keydown", {"key": "Enter", "keyCode": 229})
    expect(field(page)).to_have_value("にほん")
    expect(page.locator(".mine")).to_have_count(0)
    field(page).press("Enter")
    expect(page.locator(".mine")).to_have_count(1)


def test_an_empty_message_is_not_sent(double: Double, open_page: Open) -> None:
    page = open_page()
    send(page, "  \n ")
    page.get_by_role("button", name="Send").click()
    send(page, "hej")
    expect(page.get_by_text("Du skrev: hej")).to_be_visible()
    assert double.messages == ["/start", "hej"]


def test_the_field_grows_with_its_text(double: Double, open_page: Open) -> None:
    page = open_page()
    height = "one => one.getBoundingClientRect().height"
    low = field(page).evaluate(height)
    field(page).fill("en\nto\ntre\nfire")
    assert field(page).evaluate(height) >= low + 60
    field(page).fill("en\n" * 100)
    assert field(page).evaluate(height) <= 240


def test_a_counter_appears_near_the_limit_and_nothing_is_cut_off(double: Double, open_page: Open) -> None:
    page = open_page()
    field(page).fill("x" * 3599)
    expect(page.locator("#count")).to_have_text("")
    field(page).fill("x" * 3600)
    expect(page.locator("#count")).to_have_text("3.600 af 4.000 tegn")
    send(page, "💛" * 4001)
    expect(page.locator("#too-long")).to_have_text("Beskeden er for lang. Gør den kortere, eller del den op.")
    expect(field(page)).to_have_attribute("aria-invalid", "true")
    expect(field(page)).to_have_value("💛" * 4001)
    send(page, "💛" * 4000)
    expect(page.locator("#too-long")).to_have_text("")
    expect(page.locator(".theirs")).to_have_count(2)
    assert [len(message) for message in double.messages] == [6, 4000]


def test_a_draft_is_still_there_after_the_page_was_loaded_again(double: Double, open_page: Open) -> None:
    page = open_page()
    field(page).fill("jeg var ved at skrive")
    page.reload()
    expect(field(page)).to_have_value("jeg var ved at skrive")


# --- showing -----------------------------------------------------------------------------------------------------


def test_markup_is_shown_as_text_whoever_wrote_it(double: Double, open_page: Open) -> None:
    attack = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"
    double.answer = lambda text, language: [
        said(text if text != "/start" else attack, attack, attachment={"title": attack, "url": "/x"}),
        said('- <b>a</b>\n1. <i>b</i>\nhttps://example.org/"onmouseover="x javascript:alert(1)'),
    ]
    page = open_page()
    send(page, attack)
    expect(page.locator(".theirs")).to_have_count(2)
    expect(page.locator(".mine .bubble")).to_have_text(attack)
    expect(page.get_by_role("button", name=attack).first).to_be_visible()
    assert page.locator("#log :is(img, script, b, i)").count() == 0
    assert page.locator("#log [onerror], #log [onmouseover], #log a[href^='javascript']").count() == 0
    assert page.title() == "Jobsamtale: chatbot om støtte i job"


def test_lines_paragraphs_and_lists_are_shown_as_such(double: Double, open_page: Open) -> None:
    bubble = answers(double, open_page(), "Et.\nTo.\n\nTre:\n- a\n• b\nSå:\n1. c\n2) d\n3. juni 2026\n5. juli")
    shape = bubble.evaluate("one => [...one.children].map(child => [child.localName, child.children.length])")
    assert shape == [["p", 0], ["p", 0], ["p", 0], ["ul", 2], ["p", 0], ["ol", 3], ["p", 0]]
    assert bubble.locator(".apart").inner_text() == "Tre:"


def test_a_date_at_the_start_of_a_line_is_no_list(double: Double, open_page: Open) -> None:
    bubble = answers(double, open_page(), "Fra\n3. juni 2026\n30. juni 2026")
    assert bubble.locator("ol").count() == 0
    assert bubble.inner_text().split() == ["Fra", "3.", "juni", "2026", "30.", "juni", "2026"]


def test_addresses_become_links_that_say_they_open_a_new_tab(double: Double, open_page: Open) -> None:
    bubble = answers(double, open_page(), "Se (https://www.borger.dk/a?b=c&d=1#e). Ikke ftp://x.dk")
    link = bubble.get_by_role("link", name="https://www.borger.dk/a?b=c&d=1#e (åbner i en ny fane)")
    expect(link).to_have_attribute("href", "https://www.borger.dk/a?b=c&d=1#e")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(link).to_have_attribute("target", "_blank")
    assert bubble.get_by_role("link").count() == 1
    assert bubble.inner_text().startswith("Se (https://www.borger.dk/a?b=c&d=1#e")


def test_telephone_numbers_can_be_called_and_numbers_of_laws_cannot(double: Double, open_page: Open) -> None:
    page = open_page()
    for text, called in {
        "Er du i fare, så ring 112.": ["tel:112"],
        "Svarer de ikke, så ring til den næste. Ved fare er det altid 112.": ["tel:112"],
        "Livslinien 70 201 201 · SIND: 70 23 27 50": ["tel:+4570201201", "tel:+4570232750"],
        "BørneTelefonen: 116 111": ["tel:116111"],
        "• Lev Uden Vold: 1888. Tjek selv, hvornår de har åbent.": ["tel:1888"],
        "Ring til 70201201 eller +45 70 20 12 01": ["tel:+4570201201", "tel:+4570201201"],
        "Call 112 if you are in danger.": ["tel:112"],
        "Hjælpemidler står i servicelovens § 112.": [],
        "Det er 112 kroner, altså 112.000 øre, i 2026. CVR 12345678.": [],
        "Ring om bevilling efter § 112 eller lov nr. 1813.": [],
        "Satsen er 12 345 678 kr.": [],
    }.items():
        bubble = answers(double, page, text)
        assert [link.get_attribute("href") for link in bubble.get_by_role("link").all()] == called, text
        assert bubble.inner_text().strip() == text.removeprefix("• ")


def test_a_file_is_offered_only_from_the_same_server(double: Double, open_page: Open) -> None:
    double.answer = lambda text, language: [
        said("Her er den.", attachment={"title": "jobsamtale-data.json", "url": "/export/x?y=1"}),
        said("Og her.", attachment={"title": "fremmed", "url": "https://example.org/x"}),
    ]
    page = open_page()
    link = page.get_by_role("link", name="Hent filen jobsamtale-data.json")
    expect(link).to_have_attribute("href", "/export/x?y=1")
    expect(link).to_have_attribute("download", "jobsamtale-data.json")
    expect(page.get_by_text("fremmed")).to_have_count(0)


def test_the_conversation_can_be_copied_as_text(double: Double, open_page: Open) -> None:
    page = open_page()
    send(page, "hej")
    expect(page.locator(".theirs")).to_have_count(2)
    page.evaluate("getSelection().selectAllChildren(document.getElementById('log'))")
    lines = [line for line in page.evaluate("getSelection().toString()").split("\n") if line]
    assert lines == ["Jobsamtale:", "Du skrev: /start", "Du:", "hej", "Jobsamtale:", "Du skrev: hej"]


def test_a_long_answer_is_shown_from_its_beginning(double: Double, open_page: Open) -> None:
    page = open_page(viewport={"width": 390, "height": 700})
    answers(double, page, "linje\n" * 80)
    expect(page.locator(".theirs .who").last).to_be_in_viewport(ratio=1)


# --- language ----------------------------------------------------------------------------------------------------


def test_the_language_button_changes_page_and_conversation(double: Double, open_page: Open) -> None:
    page = open_page()
    double.answer = lambda text, language: [said("Now we speak English.", "Continue", language="en")]
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_text("Chatbot, not a human")).to_be_visible()
    expect(page.get_by_role("navigation", name="Help now")).to_be_visible()
    expect(page.get_by_role("textbox", name="Write your message")).to_be_visible()
    expect(page).to_have_title("Jobsamtale: chatbot about support at work")
    expect(page.get_by_role("group", name="Choose an answer")).to_be_visible()
    assert (double.messages[-1], double.bodies[-1]["language"]) == ("/sprog en", "en")
    expect(page.locator(".theirs .bubble").first).to_have_attribute("lang", "da")
    expect(page.locator(".theirs .bubble").last).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Dansk")).to_have_attribute("lang", "da")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    double.answer = lambda text, language: [said("Nu taler vi dansk.")]
    page.get_by_role("button", name="Dansk").click()
    expect(page.locator("html")).to_have_attribute("lang", "da")
    expect(page.get_by_text("Nu taler vi dansk.").last).to_be_visible()
    assert double.messages[-1] == "/sprog da"


def test_the_page_follows_who_asks_for_english_in_the_conversation(double: Double, open_page: Open) -> None:
    page = open_page()
    double.answer = lambda text, language: [said("Now we speak English.", language="en")]
    send(page, "English please")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_text("Chatbot, not a human")).to_be_visible()


def test_a_link_can_begin_in_english(double: Double, open_page: Open) -> None:
    page = open_page("/?lang=en&start=employer")
    assert double.bodies[0]["message"] == "/start employer"
    assert double.bodies[0]["language"] == "en"
    expect(page.locator("html")).to_have_attribute("lang", "en")
