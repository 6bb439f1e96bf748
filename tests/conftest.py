"""What tests of several rings share: databases, a browser, and the rule that nothing is skipped."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page

from tests.postgres import fresh_database, running_server, url
from tests.requirements import is_everything_required
from tests.screens import DESK, PHONE, guarded_page, running_chromium
from tests.softhsm import Tokens, running_tokens

# Properties are searched without a clock: a busy machine is no counterexample.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Return the report of a test; a skip is a failure where everything is required."""
    report = yield
    if report.skipped and is_everything_required() and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Return the report of collecting a file, with the same rule for a file that skips itself."""
    report = yield
    if report.outcome == "skipped" and is_everything_required():
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Path]:
    """The socket folder of a PostgreSQL server that lives as long as this run."""
    with running_server() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres_url(postgres_server: Path) -> str:
    """The URL of the server's maintenance database, shared by all tests of this run."""
    return url(postgres_server, "postgres")


@pytest.fixture(scope="session")
def tokens() -> Iterator[Tokens]:
    """Tokens in software, shared by all tests of this run."""
    with running_tokens() as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of its own; each test runs once on SQLite, once on PostgreSQL.

    The server is asked for by name so that the SQLite half runs where PostgreSQL is missing.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
    else:
        with fresh_database(request.getfixturevalue("postgres_server")) as address:
            yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for a file of tests; pages of different tests share nothing.

    Not for the whole run: the driver keeps an event loop in this thread as long as it lives, and
    tests of asynchronous code want one of their own.
    """
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def phone_page(chromium: Browser) -> Iterator[Page]:
    """A page on a small phone, 360 by 640."""
    with guarded_page(chromium, PHONE) as page:
        yield page


@pytest.fixture(scope="module")
def kept_page(chromium: Browser) -> Iterator[Page]:
    """A page on a small phone with which a whole file of tests goes on: it keeps its keys."""
    with guarded_page(chromium, PHONE) as page:
        yield page


@pytest.fixture
def other_phone_page(chromium: Browser) -> Iterator[Page]:
    """A page on another phone: nothing is shared with the first but the network."""
    with guarded_page(chromium, PHONE) as page:
        yield page


@pytest.fixture
def desk_page(chromium: Browser) -> Iterator[Page]:
    """A page on an office screen, 1280 by 800."""
    with guarded_page(chromium, DESK) as page:
        yield page
