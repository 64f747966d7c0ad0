"""A real browser for the page. A test's page must leave the console empty and stay on its host."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from tests.conftest import browser_is_required

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}


def executable() -> str:
    for name in NAMES:
        if found := shutil.which(name):
            return found
    reason = f"no browser found: looked for {', '.join(NAMES)}"
    if browser_is_required():
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(slots=True)
class Visit:
    """One page in one window, and what its browser complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    expects_complaints: bool = False
    """Set where a test breaks the connection on purpose, which browsers remark on."""


class Visits:
    """Opens windows at one address."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._open: list[Visit] = []

    async def open(self, url: str, size: ViewportSize = DESK) -> Visit:
        context = await self._browser.new_context(viewport=size, locale="en-GB")
        context.set_default_timeout(15_000)
        visit = Visit(await context.new_page())
        complaints, host = visit.complaints, urlsplit(url).netloc
        visit.page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
        visit.page.on("pageerror", lambda error: complaints.append(f"error: {error}"))

        def asked(address: str) -> None:
            parts = urlsplit(address)
            if parts.scheme != "data" and parts.netloc != host:
                complaints.append(f"another host: {address}")

        visit.page.on("request", lambda request: asked(request.url))
        visit.page.on("websocket", lambda socket: asked(socket.url))
        self._open.append(visit)
        await visit.page.goto(url)
        return visit

    async def close(self) -> None:
        for visit in self._open:
            await visit.page.context.close()

    def check(self) -> None:
        for visit in self._open:
            if not visit.expects_complaints:
                assert visit.complaints == [], visit.complaints


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start a browser, which takes a second; it is the windows that each test has to itself."""
    path = executable()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def visiting(browser: Browser) -> AsyncIterator[Visits]:
    """Open windows that share nothing with those of other tests; at the end, hear complaints."""
    visits = Visits(browser)
    try:
        yield visits
        visits.check()
    finally:
        await visits.close()
