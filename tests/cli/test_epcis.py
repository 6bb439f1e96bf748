from __future__ import annotations

import json
import socket
from pathlib import Path

import jsonschema_rs
import pytest
import uvicorn

from api.main import create_app
from ledger.cli.exits import Exit
from ledger.cli.opening import opened
from ledger.keyring import SAMPLE_KEYS
from tests import conformance_data
from tests.api.conftest import serving
from tests.cli.talk import Rice, Told

KEY = SAMPLE_KEYS / "tn-hat-ngoc.json"


def test_the_history_of_a_lot_is_a_document_anybody_reads(
    rice: Rice, demo: Told, tmp_path: Path
) -> None:
    out = tmp_path / "lot.json"
    told = rice("epcis", "L260411A", "--ledger", demo["folder"], "--out", out)
    assert told.exit_code == Exit.DONE, told.output
    document = json.loads(out.read_bytes())
    schema = conformance_data.load("epcis-2.0.1/schema/epcis-json-schema.json")
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    assert not list(validator.iter_errors(document))
    events = document["epcisBody"]["eventList"]
    assert f"{len(events)} events of" in told.stderr
    steps = {event["rice:cte"] for event in events}
    assert {"rice:harvest", "rice:receiving", "rice:milling", "rice:packing"} <= steps
    assert [one["recordTime"] for one in events] == sorted(one["recordTime"] for one in events)
    vocabularies = document["epcisHeader"]["epcisMasterData"]["vocabularyList"]
    named = {one["type"]: one["vocabularyElementList"] for one in vocabularies}
    harvests = [one for one in events if one["rice:cte"] == "rice:harvest"]
    areas = {one["ilmd"]["rice:plantingAreaCode"] for one in harvests}
    assert {one["id"] for one in named["rice:PlantingArea"]} == {f"rice:area/{a}" for a in areas}
    goods = named["urn:epcglobal:epcis:vtype:EPCClass"]
    lots = {lot for one in goods for lot in one["children"]}
    assert "https://id.gs1.org/01/09521234000303/10/L260411A" in lots
    assert all(one["attributes"] for one in goods)
    assert all(one["attributes"] for one in named["urn:epcglobal:epcis:vtype:Party"])
    absent = rice("epcis", "NONE", "--ledger", demo["folder"], "--out", out)
    assert (absent.exit_code, "[nothing_named]" in absent.stderr) == (Exit.ABSENT, True)


def test_a_gateway_is_served_until_it_is_stopped(
    rice: Rice, demo: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[uvicorn.Server] = []
    with opened(demo["folder"]) as book, serving(create_app(book)) as ledger:
        begun = uvicorn.Server.run

        def run(self: uvicorn.Server, sockets: list[socket.socket]) -> None:
            served.append(self)

        monkeypatch.setattr(uvicorn.Server, "run", run)
        words = ("gateway", "--ledger-url", ledger.base_url, "--key", KEY, "--port", 0)
        kept = tmp_path / "kept" / "gateway.db"
        told = rice(*words, "--file", kept)
        assert told.exit_code == Exit.DONE, told.output
        assert "Signing as tn-hat-ngoc for demo.rice.example/dx-2026 at http" in told.stderr
        assert kept.exists()
        everybody = rice(*words, "--file", kept, "--host", "0.0.0.0")  # noqa: S104  (refused)
        assert (everybody.exit_code, "[gateway_open]" in everybody.stderr) == (Exit.NO, True)
        token = tmp_path / "token"
        token.write_text("abc\n", encoding="utf-8")
        closed = rice(*words, "--file", kept, "--token-file", token, "--page-token-in-body")
        assert closed.exit_code == Exit.DONE, closed.output
        monkeypatch.setattr(uvicorn.Server, "run", begun)
    assert len(served) == 2


def test_a_gateway_needs_its_ledger(rice: Rice, tmp_path: Path) -> None:
    words = ("gateway", "--ledger-url", "http://127.0.0.1:9", "--key", KEY, "--port", 0)
    told = rice(*words, "--file", tmp_path / "gateway.db")
    assert (told.exit_code, "[ledger_unreachable]" in told.stderr) == (Exit.ABSENT, True)
    absent = rice("gateway", "--ledger-url", "http://127.0.0.1:9", "--key", tmp_path / "none.age")
    assert (absent.exit_code, "[key_file_missing]" in absent.stderr) == (Exit.ABSENT, True)
