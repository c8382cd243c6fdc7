"""The page and the assistant together: a stranger opens the address, asks, and is answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.service import Service

QUESTION = "Hvad er personlig assistance, og hvem søger?"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("page") / "data")
    yield made.start()
    made.stop()


@pytest.fixture
def page(browser: Browser, service: Service) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce", locale="da-DK")
    opened = context.new_page()
    strayed: list[str] = []
    opened.on("request", lambda request: None if request.url.startswith(service.url) else strayed.append(request.url))
    opened.on("pageerror", lambda error: strayed.append(str(error)))
    opened.goto(service.url)
    yield opened
    context.close()
    assert strayed == []


def ask(page: Page, text: str) -> str:
    """Write a message and give the last thing that was answered."""
    before = page.locator(".theirs").count()
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(".theirs")).not_to_have_count(before)
    expect(page.get_by_role("textbox")).to_be_enabled()
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    return page.locator(".theirs").last.inner_text()


def test_a_question_is_answered_with_rule_date_source_and_who_decides(page: Page) -> None:
    expect(page.locator(".theirs").first).to_contain_text("maskine")
    answer = ask(page, QUESTION)
    for part in ("kollega", "varig og betydelig", "Hvem søger", "Kommunen afgør", "2026", "https://"):
        assert part in answer


def test_no_accessibility_fault_with_real_answers(page: Page) -> None:
    expect(page.locator(".theirs")).not_to_have_count(0)
    ask(page, QUESTION)
    ask(page, "jeg ville ønske jeg ikke vågnede i morgen")
    assert Axe().run(page).response["violations"] == []


def test_a_person_says_yes_to_being_remembered_and_takes_it_all_back(page: Page, service: Service) -> None:
    expect(page.get_by_role("button", name="Kom i gang")).to_be_visible()
    page.get_by_role("button", name="Kom i gang").click()
    page.get_by_role("button", name="Ja, jeg er fyldt 18").click()
    page.get_by_role("button", name="Ja, gem min plan").click()
    page.wait_for_function("() => localStorage.length > 0")
    token = page.evaluate("() => Object.values(localStorage).find(value => value.includes('gAAAA'))")
    bearer = {"Authorization": f"Bearer {token.strip(chr(34))}"}
    exported = json.loads(service.request("/webhooks/page/me", headers=bearer)[1])
    assert exported["about_you"]["consent"] is True
    assert exported["conversation"]
    assert service.request("/webhooks/page/me", method="DELETE", headers=bearer)[0] == 204
    gone = json.loads(service.request("/webhooks/page/me", headers=bearer)[1])
    assert gone == {"about_you": {}, "conversation": []}


def test_a_link_for_employers_opens_their_welcome(browser: Browser, service: Service) -> None:
    page = browser.new_page()
    page.goto(f"{service.url}/?start=employer")
    expect(page.locator(".theirs").first).to_contain_text("ansætter")
    page.close()
