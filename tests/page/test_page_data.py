from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.page.double import Double, said

Open = Callable[..., Page]

KEPT = "() => [localStorage, sessionStorage].map(store => store.getItem('jobsamtale.token'))"


def send(page: Page, text: str) -> None:
    page.locator("#message").fill(text)
    page.locator("#message").press("Enter")


def wide(open_page: Open) -> Page:
    """The page where the buttons for one's own data are in sight."""
    return open_page(viewport={"width": 1200, "height": 800})


def test_a_token_outlives_the_tab_only_with_consent(double: Double, open_page: Open) -> None:
    page = open_page()
    assert page.evaluate(KEPT) == [None, "token-1"]
    double.remember = True
    send(page, "ja, gem det")
    expect(page.get_by_text("Du skrev: ja, gem det")).to_be_visible()
    assert page.evaluate(KEPT) == ["token-1", None]
    second = page.context.new_page()
    second.goto(double.address)
    expect(second.locator(".theirs")).to_have_count(1)
    assert double.issued == 1
    double.remember = False
    send(page, "gem ikke mere")
    expect(page.get_by_text("Du skrev: gem ikke mere")).to_be_visible()
    assert page.evaluate(KEPT) == [None, "token-1"]


def test_nothing_that_was_said_stays_in_the_browser(double: Double, open_page: Open) -> None:
    page = open_page()
    send(page, "min hemmelighed")
    expect(page.get_by_text("Du skrev: min hemmelighed")).to_be_visible()
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "hemmelighed" not in kept
    assert page.context.cookies() == []


def test_a_person_can_take_their_data_along(double: Double, open_page: Open) -> None:
    page = wide(open_page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Hent mine data").click()
    assert download.value.suggested_filename == "jobsamtale-data.json"
    assert json.loads(Path(download.value.path()).read_text()) == {"conversation": ["/start"]}
    expect(page.get_by_role("status").filter(has_text="Filen er hentet.")).to_be_visible()


def test_a_session_that_was_forgotten_does_not_stop_the_export(double: Double, open_page: Open) -> None:
    page = wide(open_page)
    double.tokens.clear()
    with page.expect_download() as download:
        page.get_by_role("button", name="Hent mine data").click()
    assert json.loads(Path(download.value.path()).read_text()) == {"conversation": []}


def test_delete_asks_first_and_no_leaves_everything(double: Double, open_page: Open) -> None:
    page = wide(open_page)
    page.get_by_role("button", name="Slet alt").click()
    dialog = page.get_by_role("dialog", name="Skal alt slettes?")
    expect(dialog.get_by_role("button", name="Nej, behold")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Slet alt")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert double.deleted == []


def test_delete_removes_everything_here_and_there(double: Double, open_page: Open) -> None:
    double.remember = True
    page = wide(open_page)
    page.locator("#message").fill("en kladde")
    page.get_by_role("button", name="Slet alt").click()
    page.get_by_role("button", name="Ja, slet alt").click()
    expect(page.locator(".notice")).to_be_focused()
    expect(page.locator(".notice")).to_contain_text("Alt er slettet.")
    assert double.deleted == ["token-1"]
    expect(page.locator(".said")).to_have_count(0)
    expect(page.locator("#message")).to_have_value("")
    kept = page.evaluate("() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    assert kept == ["jobsamtale.language"]
    page.get_by_role("button", name="Begynd forfra").click()
    expect(page.locator(".theirs")).to_have_count(1)
    assert double.issued == 2
    assert double.messages == ["/start", "/start"]


def test_a_message_that_waits_is_deleted_too(double: Double, open_page: Open) -> None:
    page = wide(open_page)
    double.faults = [503, 503, 503]
    send(page, "et")
    expect(page.get_by_role("button", name="Prøv nu")).to_be_visible()
    send(page, "to")
    page.get_by_role("button", name="Slet alt").click()
    page.get_by_role("button", name="Ja, slet alt").click()
    expect(page.get_by_text("Alt er slettet.")).to_be_visible()
    expect(page.get_by_role("button", name="Prøv nu")).to_be_hidden()
    double.faults = []
    send(page, "tre")
    expect(page.get_by_text("Du skrev: tre")).to_be_visible()
    assert double.worked == ["/start", "tre"]


def test_a_message_that_is_under_way_is_called_back_before_the_deletion(double: Double, open_page: Open) -> None:
    page = wide(open_page)
    double.delay = 2
    send(page, "et")
    page.get_by_role("button", name="Slet alt").click()
    with page.expect_event("requestfailed") as called_back:
        page.get_by_role("button", name="Ja, slet alt").click()
    assert called_back.value.url.endswith("/webhooks/page/webhook")
    expect(page.get_by_text("Alt er slettet.")).to_be_visible()
    double.delay = 0
    send(page, "to")
    expect(page.get_by_text("Du skrev: to")).to_be_visible()
    expect(page.locator(".said")).to_have_count(2)
    assert double.messages == ["/start", "et", "to"]


def test_a_deletion_that_failed_says_so_and_loses_nothing(double: Double, open_page: Open) -> None:
    page = wide(open_page)
    double.faults = [503]
    double.delete_faults = [503]
    send(page, "et")
    expect(page.get_by_role("button", name="Prøv nu")).to_be_visible()
    page.get_by_role("button", name="Slet alt").click()
    page.get_by_role("button", name="Ja, slet alt").click()
    expect(page.get_by_role("alert").filter(has_text="Det lykkedes ikke at slette.")).to_be_visible()
    page.get_by_role("button", name="Nej, behold").click()
    expect(page.get_by_text("Du skrev: et")).to_be_visible()
    assert double.worked == ["/start", "et"]


def test_a_deletion_by_a_session_that_is_gone_is_a_deletion(double: Double, open_page: Open) -> None:
    page = wide(open_page)
    double.tokens.clear()
    page.get_by_role("button", name="Slet alt").click()
    page.get_by_role("button", name="Ja, slet alt").click()
    expect(page.get_by_text("Alt er slettet.")).to_be_visible()


def test_what_the_page_says_about_data_stands_in_both_languages(double: Double, open_page: Open) -> None:
    page = wide(open_page)
    expect(page.get_by_text("væk inden 24 timer")).to_be_visible()
    double.answer = lambda text, language: [said("English.", language="en")]
    page.get_by_role("button", name="English").click()
    expect(page.get_by_text("gone within 24 hours")).to_be_visible()
    expect(page.get_by_text("It is not endorsed by Cabi, EQUIL or the EU.")).to_be_visible()
