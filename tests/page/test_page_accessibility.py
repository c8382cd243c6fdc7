from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.page.double import Double, Message, said

Open = Callable[..., Page]

SCHEME = (
    "En mentor kan måske passe til dig.\n\nDu får:\n- En fast at spørge.\n- Hjælp til at komme i gang.\n\n"
    "Sådan søger du:\n1. Ring til kommunen.\n2. Bed om et svar på skrift.\n\nKilde: https://example.org/lov. "
    "Er du i fare, så ring 112."
)


def long_talk(text: str, language: str) -> list[Message]:
    return [said(SCHEME), said("Hvad vil du nu?", "Videre", "Ring 112", "Pause")]


def send(page: Page, text: str) -> None:
    page.locator("#message").fill(text)
    page.keyboard.press("Enter")


def assert_accessible(page: Page, state: str) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{state}: {found.generate_report()}"


@pytest.mark.parametrize("width", [320, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_in_any_state_of_the_page(double: Double, open_page: Open, scheme: str, width: int) -> None:
    double.answer = long_talk
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 700})
    for turn in range(3):
        page.get_by_role("button", name="Videre").last.click()
        expect(page.locator(".theirs")).to_have_count(turn + 2)
    if width == 320:
        page.locator("summary").click()
    assert_accessible(page, "a long talk with buttons, about open")
    double.faults = [413]
    send(page, "en besked, som ikke blev taget")
    expect(page.get_by_text("Ikke sendt.")).to_be_visible()
    page.locator("#message").fill("x" * 4001)
    double.faults = [503, 503]
    page.get_by_role("button", name="Pause").last.click()
    expect(page.get_by_role("button", name="Prøv nu")).to_be_visible()
    assert_accessible(page, "a refused message, one on its way again, one too long")
    page.get_by_role("button", name="Slet alt").click()
    assert_accessible(page, "asked whether to delete")
    page.get_by_role("button", name="Ja, slet alt").click()
    expect(page.get_by_text("Alt er slettet")).to_be_visible()
    assert_accessible(page, "deleted")


def test_a_screen_reader_hears_who_speaks_and_what_can_be_pressed(double: Double, open_page: Open) -> None:
    double.answer = lambda text, language: [said("Hej.\n- Et\n- To", "Kom i gang")]
    page = open_page(viewport={"width": 390, "height": 844})
    page.get_by_role("button", name="Kom i gang").click()
    expect(page.locator(".theirs")).to_have_count(2)
    expect(page.locator("body")).to_match_aria_snapshot(
        """
        - link "Gå til skrivefeltet"
        - banner:
          - heading "Jobsamtale" [level=1]
          - paragraph: Chatbot, ikke et menneske
          - navigation "Hjælp nu":
            - text: I fare?
            - link "Ring 112"
            - link "Livslinien 70 201 201"
          - button "English"
        - main:
          - region "Samtale":
            - heading "Samtale" [level=2]
            - log "Samtale":
              - paragraph: "Jobsamtale:"
              - paragraph: Hej.
              - list:
                - listitem: Et
                - listitem: To
              - group "Vælg et svar":
                - button "Kom i gang" [disabled]
              - paragraph: "Du:"
              - paragraph: Kom i gang
              - paragraph: "Jobsamtale:"
              - paragraph: Hej.
              - list:
                - listitem: Et
                - listitem: To
              - group "Vælg et svar":
                - button "Kom i gang"
            - status
          - text: Skriv din besked
          - textbox "Skriv din besked"
          - button "Send"
          - alert
        - contentinfo:
          - group: Om Jobsamtale og dine data
        """
    )
    assert page.get_by_role("log").get_attribute("aria-live") == "polite"


def test_the_help_numbers_can_be_called_and_stay_in_place(double: Double, open_page: Open) -> None:
    double.answer = long_talk
    page = open_page(viewport={"width": 390, "height": 700})
    help_now = page.get_by_role("navigation", name="Hjælp nu")
    expect(help_now.get_by_role("link", name="Ring 112")).to_have_attribute("href", "tel:112")
    expect(help_now.get_by_role("link", name="Livslinien")).to_have_attribute("href", "tel:+4570201201")
    before = help_now.bounding_box()
    for turn in range(3):
        send(page, "mere")
        expect(page.locator(".theirs")).to_have_count(turn + 2)
    assert help_now.bounding_box() == before
    assert page.evaluate("document.scrollingElement.scrollTop") == 0


def test_help_stays_in_sight_when_the_window_is_low(double: Double, open_page: Open) -> None:
    double.answer = long_talk
    page = open_page(viewport={"width": 320, "height": 256})  # 1280 × 1024 at 400 % zoom
    page.mouse.wheel(0, 3000)
    expect(page.locator(".about")).to_be_in_viewport()
    for link in page.get_by_role("navigation", name="Hjælp nu").get_by_role("link").all():
        expect(link).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 844), (600, 400), (1200, 800)])
def test_nothing_is_cut_off_sideways_and_targets_are_large(
    double: Double, open_page: Open, width: int, height: int
) -> None:
    double.answer = lambda text, language: [said(SCHEME + "\n" + "x" * 200, "En meget lang knap " * 8)]
    page = open_page(viewport={"width": width, "height": height})
    if not page.locator("#about").evaluate("about => about.open"):
        page.locator("summary").click()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert page.locator("#talk").evaluate("talk => talk.scrollWidth <= talk.clientWidth")
    for target in page.locator("button:visible, nav a:visible, a.choice:visible, summary, textarea").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["height"], box["width"]) >= 44, target.inner_text()


def test_text_of_double_size_still_fits(double: Double, open_page: Open) -> None:
    page = open_page(viewport={"width": 1280, "height": 1024})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 1280
    expect(page.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("link", name="Ring 112")).to_be_in_viewport(ratio=1)


def test_an_answer_on_its_way_is_announced_when_it_takes_time(double: Double, open_page: Open) -> None:
    page = open_page()
    status = page.locator("#status")
    double.delay = 1
    send(page, "hej")
    expect(status).to_have_text("Svar på vej …")
    assert status.get_attribute("role") == "status"
    expect(status).to_have_text("")
    expect(page.get_by_text("Du skrev: hej")).to_be_visible()


def test_a_message_that_could_not_be_sent_is_announced(double: Double, open_page: Open) -> None:
    page = open_page()
    double.faults = [503]
    send(page, "hej")
    expect(page.get_by_role("alert").filter(has_text="Din besked er ikke sendt endnu")).to_be_visible()


def test_nothing_moves_for_those_who_asked_for_that(double: Double, open_page: Open) -> None:
    calm, lively = open_page(reduced_motion="reduce"), open_page(reduced_motion="no-preference")
    motion = "one => getComputedStyle(one).animationName"
    assert calm.locator(".said").evaluate(motion) == "none"
    assert lively.locator(".said").evaluate(motion) == "appear"


def test_bubbles_and_buttons_have_edges_where_colours_are_forced(double: Double, open_page: Open) -> None:
    page = open_page(forced_colors="active")
    send(page, "hej")
    for edged in (".mine .bubble", ".theirs .bubble", ".help a", ".send"):
        edge, ground = page.locator(edged).first.evaluate(
            "one => [getComputedStyle(one).borderTopColor, getComputedStyle(document.body).backgroundColor]"
        )
        assert edge != ground, edged
        assert "rgba(0, 0, 0, 0)" not in edge, edged


def test_the_page_makes_sense_without_its_script(double: Double, open_page: Open) -> None:
    page = open_page(java_script_enabled=False, wait=False)
    expect(page.get_by_text("Den kræver JavaScript.")).to_be_visible()
    expect(page.get_by_text("Chatbot, ikke et menneske")).to_be_visible()
    expect(page.get_by_role("link", name="Ring 112")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    page.locator("summary").click()
    expect(page.get_by_text("Den er ikke godkendt af Cabi, EQUIL eller EU.")).to_be_visible()
