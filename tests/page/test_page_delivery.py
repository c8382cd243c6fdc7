from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.page.double import Double, said

Open = Callable[..., Page]

NO_STORES = """
for (const kind of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, kind, { get() { throw new DOMException("no", "SecurityError"); } });
}
"""


def send(page: Page, text: str) -> None:
    page.locator("#message").fill(text)
    page.locator("#message").press("Enter")


def ids(double: Double, message: str) -> list[str]:
    return [body["message_id"] for body in double.bodies if body["message"] == message]


@pytest.mark.parametrize("fault", [429, 503, "lost", "garbled"])
def test_a_message_is_sent_again_with_its_id_until_it_is_answered(
    double: Double, open_page: Open, fault: int | str
) -> None:
    page = open_page()
    double.faults = [fault]
    send(page, "hej")
    expect(page.get_by_text("Din besked er ikke sendt endnu")).to_be_visible()
    page.get_by_role("button", name="Prøv nu").click()
    expect(page.get_by_text("Du skrev: hej")).to_have_count(1)
    expect(page.get_by_role("button", name="Prøv nu")).to_be_hidden()
    first, *again = ids(double, "hej")
    assert again
    assert set(again) == {first}
    assert double.worked == ["/start", "hej"]


def test_messages_are_sent_in_the_order_in_which_they_were_written(double: Double, open_page: Open) -> None:
    page = open_page()
    double.faults = [500, "drop", "lost"]
    for text in ("et", "to", "tre"):
        send(page, text)
    for _ in range(3):
        page.get_by_role("button", name="Prøv nu").click()
    expect(page.get_by_text("Du skrev: tre")).to_be_visible()
    assert double.worked == ["/start", "et", "to", "tre"]
    assert double.messages == ["/start", "et", "et", "et", "et", "to", "tre"]
    assert len({body["message_id"] for body in double.bodies}) == 4


def test_only_one_message_is_under_way_at_a_time(double: Double, open_page: Open) -> None:
    page = open_page()
    double.delay = 0.3
    send(page, "et")
    send(page, "to")
    expect(page.locator(".mine")).to_have_count(2)
    page.wait_for_timeout(150)
    assert double.messages == ["/start", "et"]
    expect(page.get_by_text("Du skrev: to")).to_be_visible()


def test_the_waits_grow_up_to_half_a_minute(double: Double, open_page: Open) -> None:
    page = open_page(wait=False)
    page.clock.install()
    page.reload()
    expect(page.locator(".theirs")).to_have_count(1)
    double.faults = [503] * 99
    send(page, "hej")
    waits = []
    for _ in range(7):
        expect(page.locator("#status")).to_have_text("")
        seen = len(double.bodies)
        page.wait_for_function("!document.getElementById('trouble').hidden")
        waited = 0
        while len(double.bodies) == seen:
            page.clock.run_for(1000)
            waited += 1
            page.wait_for_timeout(15)
        waits.append(waited)
    assert waits == sorted(waits)
    assert waits[0] == 1
    assert waits[-1] == pytest.approx(30, abs=2)


def test_a_session_that_the_server_forgot_is_renewed_and_the_message_sent(double: Double, open_page: Open) -> None:
    page = open_page()
    double.tokens.clear()
    send(page, "hej")
    expect(page.get_by_text("Du skrev: hej")).to_be_visible()
    assert double.issued == 2
    assert double.worked == ["/start", "hej"]


@pytest.mark.parametrize(
    ("status", "text"),
    [(413, "Beskeden var for lang. Prøv at dele den op."), (400, "Beskeden kunne ikke sendes.")],
)
def test_a_refused_message_says_so_and_comes_back_to_be_mended(
    double: Double, open_page: Open, status: int, text: str
) -> None:
    double.answer = lambda said_by_person, language: [said("Hvad vil du?", "Videre")]
    page = open_page()
    double.faults = [status]
    send(page, "en besked, der ikke kan tages")
    expect(page.locator(".mine")).to_contain_text(f"Ikke sendt. {text}")
    expect(page.locator("#message")).to_have_value("en besked, der ikke kan tages")
    expect(page.get_by_role("button", name="Videre")).to_be_enabled()
    expect(page.get_by_text("an English text for programmers")).to_have_count(0)
    send(page, "kortere")
    expect(page.locator(".theirs")).to_have_count(2)
    assert double.worked == ["/start", "kortere"]


def test_a_refused_message_does_not_push_away_what_is_being_written(double: Double, open_page: Open) -> None:
    page = open_page()
    double.delay = 0.3
    double.faults = [413]
    send(page, "den første")
    page.locator("#message").fill("den næste")
    expect(page.locator(".mine")).to_contain_text("Ikke sendt.")
    expect(page.locator("#message")).to_have_value("den næste")
    expect(page.locator(".mine .bubble")).to_have_text("den første")


def test_what_was_not_sent_goes_on_after_the_page_was_loaded_again(double: Double, open_page: Open) -> None:
    page = open_page()
    double.faults = [503, "lost"]
    send(page, "et")
    expect(page.get_by_role("button", name="Prøv nu")).to_be_visible()
    send(page, "to")
    page.reload()
    expect(page.locator(".mine")).to_have_count(2)
    page.get_by_role("button", name="Prøv nu").click()
    expect(page.get_by_text("Du skrev: to")).to_be_visible()
    assert double.worked == ["/start", "et", "to"]
    assert len(set(ids(double, "et"))) == 1
    page.reload()
    expect(page.locator(".theirs")).to_have_count(1)
    expect(page.locator(".mine")).to_have_count(0)


def test_a_server_that_is_away_at_first_is_found_when_it_comes_back(double: Double, open_page: Open) -> None:
    double.faults = [503]
    page = open_page(wait=False)
    expect(page.get_by_text("Der er ingen forbindelse lige nu. Jeg prøver igen …")).to_be_visible()
    page.get_by_role("button", name="Prøv nu").click()
    expect(page.locator(".theirs")).to_have_count(1)


def test_the_texts_are_asked_for_again_when_they_did_not_come(double: Double, new_context: Callable[..., Any]) -> None:
    page = new_context().new_page()
    failed: list[str] = []

    def once(route: Route) -> None:
        if failed:
            route.continue_()
        else:
            failed.append(route.request.url)
            route.abort()

    page.route("**/page/texts/da.json", once)
    page.goto(double.address)
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    expect(page.locator(".theirs")).to_have_count(1)
    assert failed


def test_the_page_works_where_the_browser_keeps_nothing(double: Double, new_context: Callable[..., Any]) -> None:
    context = new_context()
    context.add_init_script(NO_STORES)
    page = context.new_page()
    page.goto(double.address)
    expect(page.locator(".theirs")).to_have_count(1)
    send(page, "hej")
    expect(page.get_by_text("Du skrev: hej")).to_be_visible()
    assert double.issued == 1


def test_the_page_works_where_the_connection_is_not_encrypted(double: Double, new_context: Callable[..., Any]) -> None:
    context = new_context()
    context.add_init_script("delete Crypto.prototype.randomUUID")  # As browsers do on plain http.
    page = context.new_page()
    page.goto(double.address)
    expect(page.locator(".theirs")).to_have_count(1)


def test_the_content_policy_is_in_force(double: Double, open_page: Open, browser: Any) -> None:
    context = browser.new_context()  # Not watched: this page breaks the policy on purpose.
    page = context.new_page()
    page.goto(double.address)
    expect(page.locator(".theirs")).to_have_count(1)
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "document.title = 'broken'";
          document.body.append(script);
        }"""
    )
    assert page.title() != "broken"
    assert page.evaluate("fetch('https://example.org/').then(() => 'went', () => 'stopped')") == "stopped"
    context.close()


def test_a_press_that_was_refused_can_be_made_again(double: Double, open_page: Open) -> None:
    double.answer = lambda text, language: [said("Hvad vil du?", "Videre", "Pause")]
    page = open_page()
    double.faults = [400]
    page.get_by_role("button", name="Videre").click()
    expect(page.locator(".mine")).to_contain_text("Ikke sendt.")
    expect(page.locator(".chosen")).to_have_count(0)
    expect(page.locator("#message")).to_have_value("")
    page.get_by_role("button", name="Videre").click()
    expect(page.locator(".theirs")).to_have_count(2)
    assert double.worked == ["/start", "pressed:Videre"]
