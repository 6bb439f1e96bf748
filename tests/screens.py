"""The system's Chromium, kept to the page under test.

Pages of the ledger need nothing but their own server: a request to any other place, a script that
throws, or a breach of the page's content policy fails the test that opened the page.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Route,
    ViewportSize,
    sync_playwright,
)

from tests.requirements import require

PHONE: ViewportSize = {"width": 360, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 800}

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",  # a container's root may not make the sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
LOCAL_SCHEMES = ("about", "blob", "data", "file")
LOCAL_HOSTS = ("127.0.0.1", "localhost")


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Start the system's Chromium without a window, on a profile of its own; close it after."""
    program = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    require(program, "a Chromium is needed: install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def guarded_page(browser: Browser, screen: ViewportSize) -> Iterator[Page]:
    """Open a page on a screen of that size; fail at the end if the page did what it may not."""
    breaches: list[str] = []

    def keep_at_home(route: Route) -> None:
        if is_at_home(route.request.url):
            route.continue_()
        else:
            breaches.append(f"asked for {route.request.url}")
            route.abort()

    def note_throw(error: Error) -> None:
        breaches.append(f"threw {error}")

    def note_policy(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            breaches.append(message.text)

    context = browser.new_context(viewport=screen, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    try:
        context.route("**/*", keep_at_home)
        page = context.new_page()
        page.on("pageerror", note_throw)
        page.on("console", note_policy)
        yield page
    finally:
        context.close()
    assert not breaches, breaches


def is_at_home(url: str) -> bool:
    """Whether a request stays on this machine."""
    parts = urlsplit(url)
    return parts.scheme in LOCAL_SCHEMES or parts.hostname in LOCAL_HOSTS
