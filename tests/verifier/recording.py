"""What Python's rules make of statements, written down so that Node can be asked the same.

A `Recorder` stands in for the `judge` of `tests.world`. Every statement that is judged becomes one
line of JSON: what the ledger knew before (``parent``, and facts that a test set by hand), what is
said and where, and what comes of it. Worlds that began alike share their lines.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import IO, Any, get_args

from msgspec import Struct

from ledger.log import encoding
from ledger.log.statement import Statement
from ledger.rice.case import NO_PAST, Body, Meaning, Past, Place
from ledger.rice.facts import Fact
from ledger.rice.judge import Decision, RuleError, judge
from tests.world import World

_BODIES = frozenset(get_args(Body))


class Recorder:
    """Judges as `judge` does, and writes down each case that is new."""

    def __init__(self, sink: IO[str]) -> None:
        self._sink = sink
        self._written: set[str] = set()
        self._worlds: dict[int, tuple[World, str, dict[str, Fact]]] = {}

    def judge(
        self, meaning: Meaning, place: Place, facts: Mapping[str, Fact], past: Past = NO_PAST
    ) -> Decision:
        """Judge a statement of a world, whose facts are a dictionary, and record the case."""
        assert isinstance(past, World)
        _, parent, known = self._worlds.get(id(past), (past, "", {}))
        by_hand = [plain(fact) for key, fact in facts.items() if known.get(key) is not fact]
        said = [encoding.format_time(place.recorded_at).encode(), meaning.statement.data]
        name = sha256(json.dumps([parent, by_hand]).encode() + b"|".join(said)).hexdigest()[:24]
        case = {
            "id": name,
            "parent": parent,
            "set": by_hand,
            "gone": sorted(known.keys() - facts.keys()),
            "meaning": _meaning(meaning),
            "index": place.index,
            "recorded_at": encoding.format_time(place.recorded_at),
        }
        try:
            decision = judge(meaning, place, facts, past)
        except RuleError as refusal:
            self._write({**case, "code": refusal.code, "details": dict(refusal.details)})
            raise
        self._write({**case, **_decided(decision)})
        self._worlds[id(past)] = past, name, {**facts, **decision.puts}
        return decision

    def _write(self, case: dict[str, Any]) -> None:
        if case["id"] not in self._written:
            self._written.add(case["id"])
            self._sink.write(json.dumps(case) + "\n")


def _decided(decision: Decision) -> dict[str, Any]:
    return {
        "puts": [plain(fact) for fact in decision.puts.values()],
        "links": plain(decision.links),
        "unlinked": plain(decision.unlinked),
    }


def _meaning(meaning: Meaning) -> dict[str, Any]:
    statement: Statement = meaning.statement
    return {
        "statement": b64encode(statement.data).decode(),
        "kind": statement.kind,
        "ledger": statement.ledger,
        "signatures": [one.kid for one in statement.signatures],
        "signed_digests": [digest.hex() for digest in statement.signed_digests],
        "offered": sorted(meaning.offered),
        "kids": meaning.kids,
        "body": plain(meaning.body),
    }


def plain(value: object) -> object:
    """Return a record as JSON with all its members; of facts and bodies, with what they are."""
    if isinstance(value, Struct):
        members: dict[str, object] = {
            name: plain(getattr(value, name)) for name in value.__struct_fields__
        }
        if isinstance(value, Fact):
            members |= {"fact": value.__struct_config__.tag, "key": value.key}
        elif type(value) in _BODIES:
            members["type"] = type(value).__name__
        return members
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return value
