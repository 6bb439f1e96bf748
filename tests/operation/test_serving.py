"""A real server: ready or not, measured, and silent about people."""

from __future__ import annotations

import re
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from ledger.audit import audit
from ledger.keyring import SampleKeyring
from ledger.service import Ledger
from tests.api import one_bag
from tests.operation.served import RUN, SECONDS_MAX, environment, served
from tests.postgres import fresh_database
from tests.small_season import ORIGIN, founding, harvest, opening

JOSE = {"content-type": "application/jose"}
BAG = f"/01/{one_bag.PACKED}/10/P1/21/{one_bag.SERIAL}"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Somebodys/7.7"


def test_a_server_is_ready_and_ends_in_order(book: Path) -> None:
    with served(book) as here:
        live, ready = here.get("/health/live"), here.get("/health/ready")
        assert (live.status_code, ready.status_code) == (200, 200)
        assert ready.json()["size"] == ready.json()["published_size"] > 10
        assert live.headers["cache-control"] == ready.headers["cache-control"] == "no-store"
        assert here.stop() == 0
        assert [line["event"] for line in here.lines()][-1] == "stop"


def test_readiness_ends_when_publishing_stands_still_and_comes_back(book: Path) -> None:
    with served(book, "--publish-seconds", "0.2", "--late-seconds", "1") as here:
        # Whoever writes checkpoints.db keeps the server from it for as long as it waits for locks.
        holder = sqlite3.connect(book / "checkpoints.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        sent = here.client.post(f"{here.address}/entries", content=harvest(1), headers=JOSE)
        assert sent.status_code == 201
        late = _until(lambda: here.get("/health/ready"), 503)
        assert late.json()["code"] == "checkpoint_late"
        assert late.headers["content-type"] == "application/problem+json"
        assert here.get("/health/live").status_code == 200
        holder.execute("ROLLBACK")
        holder.close()
        assert _until(lambda: here.get("/health/ready"), 200).json()["behind_since"] is None
        assert here.events("checkpoint")


def test_a_server_that_cannot_sign_any_more_stops_and_says_so(book: Path) -> None:
    with served(book, "--publish-seconds", "0.2") as here:
        with sqlite3.connect(book / "ledger.db") as other:
            other.execute("UPDATE tile SET hashes = zeroblob(length(hashes))")
        here.client.post(f"{here.address}/entries", content=harvest(1), headers=JOSE)
        assert here.process.wait(SECONDS_MAX) == 7
        text = here.log.read_text()
        assert '"event":"not_done"' in text
        assert '"event":"stop"' in text


def test_nobody_is_in_the_log(book: Path) -> None:
    with served(book, "--log-level", "debug") as here:
        page = here.get(
            f"{BAG}?lang=en&x=nguyen",
            **{"user-agent": BROWSER, "cookie": "staff=abc", "accept": "text/html"},
        )
        assert page.status_code == 200
        typed = here.get(f"/check?code={one_bag.SERIAL}", **{"user-agent": BROWSER})
        assert typed.status_code == 303
        for path in (
            "/check?code=0000-1111-2222-3333",
            f"/v/{one_bag.SERIAL}",
            f"/bundles/{one_bag.PACKED}/P1/{one_bag.SERIAL}",
            f"/scans/{one_bag.PACKED}/P1/{one_bag.SERIAL}",
            f"/bundles/{one_bag.PACKED}/P1/ZZZ",
            "/entries/nguyen",
            f"/nowhere/{one_bag.SERIAL}",
        ):
            here.get(path, **{"user-agent": BROWSER, "x-forwarded-for": "203.0.113.77"})
        refused = here.client.post(
            f"{here.address}/entries", content=b"nguyen", headers={**JOSE, "user-agent": BROWSER}
        )
        assert refused.status_code == 400
        assert here.stop() == 0
        text = here.log.read_text()
        requests = here.events("request")
    assert len(requests) == 10
    assert {one["route"] for one in requests} == {
        *("/check", "/v/{code}", "/{path:path}", "/entries", "/entries/{index}"),
        *("/bundles/{gtin}/{lot}/{serial}", "/scans/{gtin}/{lot}/{serial}"),
    }
    assert [one["code"] for one in requests if one["status"] == 400][-1] == "malformed_statement"
    start = here.events("start")[0]["url"]
    text = text.replace(start, "")
    for secret in (
        one_bag.SERIAL,
        one_bag.SERIAL[:8],
        one_bag.PACKED,
        "127.0.0.1",
        "203.0.113",
        "Mozilla",
        "Somebodys",
        "nguyen",
        "staff=",
        "0000-1111",
        "lang=",
    ):
        assert secret not in text, secret


def test_measures_are_at_an_address_of_their_own_and_name_nobody(book: Path) -> None:
    port = _free_port()
    with served(book, "--metrics-port", port, "--publish-seconds", "0.2") as here:
        here.get(BAG, accept="text/html")
        assert (
            here.client.post(
                f"{here.address}/entries", content=harvest(1), headers=JOSE
            ).status_code
            == 201
        )
        assert (
            here.client.post(f"{here.address}/entries", content=b"x", headers=JOSE).status_code
            == 400
        )
        assert here.get("/metrics").status_code == 404
        text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    found = {
        (one.name, *sorted(one.labels.items())): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }
    assert found["rice_ledger_statements_total", ("answer", "accepted")] == 1
    assert found["rice_ledger_statements_total", ("answer", "malformed_statement")] == 1
    assert found["rice_ledger_append_seconds_count",] == 2
    assert found["rice_ledger_entries",] == here_size(book)
    assert found["rice_ledger_database_up",] == 1
    labels = {pair for name in found for pair in name[1:]}
    routes = {value for name, value in labels if name == "route"}
    assert routes == {"/{path:path}", "/entries"}
    assert not re.search(rf"{one_bag.SERIAL}|{one_bag.PACKED}|nguyen", text)


def test_two_servers_of_one_database_get_along(postgres_server: Path, tmp_path: Path) -> None:
    book = tmp_path / "book"
    with fresh_database(postgres_server) as url:
        ledger = Ledger.create(
            book, SampleKeyring(ORIGIN).key("log"), founding=founding(), database=url
        )
        ledger.append(opening())
        ledger.publish()
        vkey = ledger.log_key
        ledger.close()
        quick = ("--publish-seconds", "0.1")
        with served(book, *quick, log="one") as one, served(book, *quick, log="two") as two:
            for number in range(60):
                here = (one, two)[number % 2]
                sent = here.client.post(
                    f"{here.address}/entries", content=harvest(number), headers=JOSE
                )
                assert sent.status_code == 201
            for here in (one, two):
                assert _until(partial(here.get, "/health/ready"), 200).json()["size"] == 67
            assert (one.stop(), two.stop()) == (0, 0)
        assert audit(book, vkey).ok


def here_size(book: Path) -> int:
    """Return how many entries are stored."""
    with sqlite3.connect(book / "ledger.db") as connection:
        size: int = connection.execute("SELECT size FROM head").fetchone()[0]
    return size


@pytest.mark.parametrize(
    ("words", "code", "status"),
    [
        (["--port", "70000"], "setting_refused", 5),
        (["--metrics-port", "70000"], "setting_refused", 5),
        (["--config", "nowhere.toml"], "file_closed", 4),
        (["--ledger", "nowhere"], "folder_empty", 4),
        (["--log-key", "nowhere.age"], "key_file_missing", 4),
        (["--host", "203.0.113.1"], "port_taken", 1),
    ],
)
def test_a_server_that_cannot_begin_says_why(
    book: Path, words: list[str], code: str, status: int
) -> None:
    run = subprocess.run(
        [*RUN, "serve", "--ledger", str(book), "--port", "0", *words],
        env=environment(),
        cwd=book.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_MAX,
    )
    assert run.returncode == status, run.stderr
    assert f"[{code}]" in run.stderr
    assert "Traceback" not in run.stderr


def test_what_is_in_force_is_shown_without_secrets(book: Path, tmp_path: Path) -> None:
    config = tmp_path / "serve.toml"
    config.write_text(f'folder = "{book}"\nport = 81\n')
    run = subprocess.run(
        [*RUN, "serve", "--print-config", "--host", "::1"],
        env=environment(
            RICE_LEDGER_CONFIG=str(config), RICE_LEDGER_PASSPHRASE="bờ ao", RICE_LEDGER_PORT="82"
        ),
        capture_output=True,
        text=True,
        check=True,
    )
    said = {line.partition(" =")[0]: line.partition("# ")[2] for line in run.stdout.splitlines()}
    assert said["port"] == "RICE_LEDGER_PORT"
    assert said["folder"] == f"{config}:1"
    assert said["host"] == "--host"
    assert "bờ ao" not in run.stdout + run.stderr


def _until(ask: Callable[[], httpx.Response], status: int) -> httpx.Response:
    deadline = time.monotonic() + 20
    while (answer := ask()).status_code != status:
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.1)
    return answer


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port
