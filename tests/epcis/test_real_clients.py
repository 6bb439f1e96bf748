"""Other people's EPCIS clients, as they are published, capture and ask at a real gateway."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
from openepcis_client.core.client import Client
from openepcis_client.core.config import ClientConfig
from openepcis_client.core.errors import OpenEpcisError
from openepcis_client.events import Capture, Query
from openepcis_client.events.document import document, object_event, quantity_element

from tests.epcis.processes import season
from tests.gateway import partner
from tests.requirements import require

CLIENTS = Path(__file__).parent / "clients"
HTX = "did:web:demo.rice.example:actors:htx"


class Nobody:
    """No login is asked for."""

    def bearer(self) -> str:
        return "-"

    def invalidate(self) -> None:
        pass


@pytest.fixture
def addresses(tmp_path: Path) -> Iterator[tuple[str, str]]:
    with season(tmp_path) as started:
        yield started


def settled(capture: Capture, receipt: Any) -> Any:  # noqa: ANN401  (the client's own types)
    for _ in range(200):
        outcome = capture.outcome(receipt)
        if outcome.settled:
            return outcome
    pytest.fail("the job does not end")


def weighed(number: int) -> dict[str, Any]:
    """Return a receiving as openepcis-client builds events, with what the profile needs."""
    spelled = partner.receiving(number)
    moment = datetime(2026, 3, 1, 9, number, tzinfo=timezone(timedelta(hours=7)))
    built: dict[str, Any] = object_event(
        action="OBSERVE",
        event_time=moment,
        biz_step="receiving",
        disposition="in_progress",
        quantities=[quantity_element(spelled["quantityList"][0]["epcClass"], 1000, "KGM")],
        source_list=[("possessing_party", HTX)],
        biz_transactions=[("recadv", f"urn:ticket:{number}")],
        extensions={
            "sensorElementList": spelled["sensorElementList"],
            "rice:cte": "rice:receiving",
        },
    )
    return built


def wrapped(events: list[dict[str, Any]]) -> dict[str, Any]:
    whole: dict[str, Any] = document(events, datetime(2026, 3, 22, tzinfo=UTC))
    return {**whole, "@context": [*whole["@context"], partner.CONTEXT[1]]}


def test_openepcis_client_captures_and_asks(addresses: tuple[str, str]) -> None:
    book, gateway = addresses
    client = Client(ClientConfig(gateway), Nobody())
    capture, query = Capture(client), Query(client)
    assert (capture.check(), query.check()) == ("", "")
    began = datetime.now(UTC).isoformat()
    outcome = settled(capture, capture.submit(wrapped([weighed(n) for n in range(1, 6)])))
    assert (outcome.success, outcome.errors) == (True, ())
    found = list(query.since(began, per_page=100))
    assert len(found) == 5
    assert {one["bizStep"] for one in found} == {"receiving"}
    lot = found[0]["quantityList"][0]["epcClass"]
    assert len(query.for_epc(lot)) == 2, "its harvest and its weighing"
    refused = settled(capture, capture.submit(wrapped([weighed(1) | {"rice:cte": "rice:x"}])))
    assert (refused.success, refused.known) == (False, True)
    assert "rice:x" in refused.errors[0]
    with pytest.raises(OpenEpcisError) as wrong:
        capture.submit({"type": "EPCISDocument"})
    assert wrong.value.status == 400
    direct = Capture(Client(ClientConfig(book), Nobody()))
    with pytest.raises(OpenEpcisError) as unsigned:
        direct.submit(wrapped([weighed(6)]))
    assert unsigned.value.status == 403
    assert "gateway" in str(unsigned.value)


def test_openepcis_client_reads_every_page_where_the_token_is_also_in_the_body(
    tmp_path: Path,
) -> None:
    with season(tmp_path, "--page-token-in-body") as (_, gateway):
        query = Query(Client(ClientConfig(gateway), Nobody()))
        assert len(list(query.since(per_page=2))) == 9
        # A reader that pages by Link is not told more than the standard has.
        assert "nextPageToken" not in httpx.get(f"{gateway}/events?perPage=100").json()


def test_epcis2_js_captures_and_asks(addresses: tuple[str, str], tmp_path: Path) -> None:
    require(shutil.which("node") and shutil.which("npm"), "Node is needed: install nodejs and npm")
    folder = tmp_path / "clients"
    shutil.copytree(CLIENTS, folder)
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    installed = subprocess.run(npm, cwd=folder, capture_output=True, text=True, check=False)
    assert installed.returncode == 0, installed.stderr
    _, gateway = addresses
    sent = partner.document(*(partner.receiving(number) for number in (1, 2, 3)))
    ran = subprocess.run(
        ["node", "partner.mjs", gateway],
        cwd=folder,
        input=json.dumps(sent),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert (told["status"], told["success"], told["errors"]) == (202, True, [])
    lots = [one["quantityList"][0]["epcClass"][-2:] for one in told["events"]]
    assert lots == ["L1", "L2", "L3"]
    listed = httpx.get(f"{gateway}/events?EQ_bizStep=receiving&orderDirection=ASC").json()
    shown = listed["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert [one["eventID"] for one in shown] == [one["eventID"] for one in told["events"]]
