"""A partner's certificate with the status list it names: in force, suspended, or cannot tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import json as msgjson

from ledger.cli.exits import Exit
from ledger.log import encoding
from ledger.rice.did_documents import ledger_document
from tests.certified_season import Season
from tests.cli.talk import Rice
from tests.test_status_lists import log_key_of
from tests.vectors import small_harvest as season
from tests.vectors.small_harvest import on

AT = encoding.format_time(on("04-21"))


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Season]:
    made = Season(tmp_path / "book")
    made.clock.now = on("04-20") + timedelta(hours=1)
    yield made
    made.ledger.close()


@pytest.fixture
def words(book: Season, tmp_path: Path) -> tuple[object, ...]:
    """How the grant is read with the keys of its issuer and of the ledger."""
    grant = next(step for step in season.steps() if step.name == "grant")
    (tmp_path / "grant").write_bytes(grant.data)
    issuer, public = season.did(season.ASSOCIATION), season.key(season.ASSOCIATION).public
    method = {
        "id": f"{issuer}#{public.kid}",
        "controller": issuer,
        "publicKeyJwk": dict(public.jwk),
    }
    (tmp_path / "issuer.json").write_text(json.dumps(method), encoding="utf-8")
    document = ledger_document("demo.rice.example", log_key_of(book))
    (tmp_path / "did.json").write_bytes(msgjson.encode(document))
    keys = ("--key", tmp_path / "issuer.json", "--key", tmp_path / "did.json")
    return ("credential", tmp_path / "grant", *keys, "--at", AT, "--json")


def answer(rice: Rice, *words: object) -> tuple[str, str, int]:
    result = rice(*words)
    told = json.loads(result.stdout)
    return told["verdict"], told.get("refused", {}).get("code", ""), result.exit_code


def test_a_certificate_with_the_list_it_names(
    rice: Rice, book: Season, words: tuple[object, ...], tmp_path: Path
) -> None:
    listed = tmp_path / "list"
    listed.write_bytes(book.ledger.status_list(1))
    assert answer(rice, *words, "--status", listed) == ("holds", "", Exit.DONE)
    book.change("CN-01", "suspended", "2026-04-20", on("04-20") + timedelta(hours=2))
    listed.write_bytes(book.ledger.status_list(1))
    assert answer(rice, *words, "--status", listed) == ("suspended", "", Exit.NO)
    assert answer(rice, *words) == ("holds", "", Exit.DONE), "nobody asked about its state"


def test_a_state_that_cannot_be_read_is_unknown(
    rice: Rice, book: Season, words: tuple[object, ...], tmp_path: Path
) -> None:
    other = tmp_path / "grant"
    cannot = ("cannot_check", "status_missing", Exit.CANNOT_TELL)
    assert answer(rice, *words, "--status", other) == cannot, "another list than the one named"
    listed = tmp_path / "list"
    listed.write_bytes(book.ledger.status_list(1, on("04-19")))
    told = answer(rice, *words, "--status", listed)
    assert told == ("cannot_check", "status_stale", Exit.CANNOT_TELL)
    at = words.index(tmp_path / "did.json")
    told = answer(rice, *words[: at - 1], *words[at + 1 :], "--status", listed)
    assert told == ("cannot_check", "key_not_known", Exit.CANNOT_TELL)
    spoken = [word for word in words if word != "--json"]
    told = rice(*spoken[: at - 1], *spoken[at + 1 :], "--status", listed).stdout
    assert "the status list is signed with did:web:demo.rice.example#" in told
    assert "its key" not in told
    told = rice("credential", spoken[1]).stdout
    assert "its key did:web:demo.rice.example:actors:" in told
    said = rice(*[word for word in words if word != "--json"], "--status", listed)
    assert "status_stale" in said.stdout
