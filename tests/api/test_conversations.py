"""HTTP conversations, written down in `log.txt` and `reading.txt` as a person would tell them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.api import one_bag

FILES = ("log.txt", "reading.txt", "epcis.txt")


@dataclass
class Exchange:
    """One question, and what must be true of its answer."""

    method: str
    target: str
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    claims: list[list[str]] = field(default_factory=list)


def read_conversation(text: str) -> list[Exchange]:
    exchanges: list[Exchange] = []
    for line in text.replace("SERIAL", one_bag.SERIAL).splitlines():
        first, _, rest = line.partition(" ")
        if first.isupper():
            exchanges.append(Exchange(first, rest))
        elif first == "with":
            name, value = rest.split(": ", 1)
            exchanges[-1].headers[name] = value
        elif first.isdecimal():
            exchanges[-1].status = int(first)
        elif first in {"header", "body"}:
            exchanges[-1].claims.append(line.split(" ", 3 if first == "header" else 2))
        else:
            assert first in {"", "#"}, line
    return exchanges


def complaints(exchange: Exchange, answer: httpx.Response) -> list[str]:
    found = [] if answer.status_code == exchange.status else [f"status {answer.status_code}"]
    body = answer.content.decode("utf-8", "replace")
    for claim in exchange.claims:
        match claim:
            case ["header", name, "==", value]:
                holds = answer.headers.get(name) == value
            case ["header", name, "is", "absent"]:
                holds = name not in answer.headers
            case ["body", "is", "empty"]:
                holds = not body
            case ["body", "contains", part]:
                holds = _unescape(part) in body
            case ["body", "lacks", part]:
                holds = _unescape(part) not in body
            case _:
                pytest.fail(f"not understood: {claim}")
        if not holds:
            found.append(f"{' '.join(claim)}; got {dict(answer.headers)} {body[:300]}")
    return found


@pytest.mark.parametrize("file", FILES)
def test_conversation(file: str, client: httpx.Client) -> None:
    exchanges = read_conversation((Path(__file__).parent / file).read_text("utf-8"))
    assert exchanges
    found = []
    for exchange in exchanges:
        answer = client.request(exchange.method, exchange.target, headers=exchange.headers)
        found += [
            f"{exchange.method} {exchange.target}: {one}" for one in complaints(exchange, answer)
        ]
    assert not found, "\n".join(found)


def test_a_false_claim_is_noticed() -> None:
    (exchange,) = read_conversation(
        "GET /x\n200\nheader a == b\nheader c is absent\n"
        "body is empty\nbody lacks z\nbody contains y"
    )
    good = httpx.Response(200, headers={"a": "b"}, content=b"")
    assert len(complaints(exchange, good)) == 1
    bad = httpx.Response(404, headers={"a": "x", "c": "d"}, content=b"z")
    assert len(complaints(exchange, bad)) == 6


def _unescape(text: str) -> str:
    return text.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\")
