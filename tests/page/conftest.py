"""One real browser for the tests of the chat page, and the page served by a double of its server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from tests.page.double import Double, running

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=5000)


# Not for the whole session of tests: while Playwright runs, an event loop runs in this thread, and the tests
# of other folders need one of their own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def server() -> Iterator[Callable[[], Double]]:
    with running() as afresh:
        yield afresh


@pytest.fixture
def double(server: Callable[[], Double]) -> Iterator[Double]:
    fresh = server()
    yield fresh
    assert fresh.complaints == []


@pytest.fixture
def new_context(browser: Browser, double: Double) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser profile; no page of it may fail, break the policy or leave the origin."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda line: faults.append(line.text) if "Security Policy" in line.text else None,
        )

    def check(request: Request) -> None:
        if not request.url.startswith((double.address + "/", "blob:", "tel:")):
            faults.append(request.url)

    def make(**settings: Any) -> BrowserContext:
        context = browser.new_context(**{"reduced_motion": "reduce", "locale": "da-DK", **settings})
        context.set_default_timeout(5000)
        context.on("page", watch)
        context.on("request", check)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def open_page(double: Double, new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Open the chat page: `open_page("/?start=employer", color_scheme="dark")`."""

    def open_it(path: str = "/", wait: bool = True, **settings: Any) -> Page:
        page = new_context(**settings).new_page()
        page.goto(double.address + path)
        if wait:
            expect(page.locator(".theirs")).to_have_count(1)
        return page

    return open_it
