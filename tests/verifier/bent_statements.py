"""Statements of every kind, and the same ones bent a little: what readers have to tell apart."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.log.statement import parse_statement
from ledger.rice import acts, profile
from tests.rice.sample_acts import ACTS
from tests.rice.sample_events import EVENTS

Json: TypeAlias = Any
VECTORS = Path(__file__).parents[1] / "vectors"
ODD: tuple[Json, ...] = (
    *(None, True, False, 0, 1, -1, 999, 10**6, 10**12 + 1, 10**15, 10**15 + 1, 2**53 - 1, 2**53),
    *("", "x", "a-b", "1", "1.5", "2026-02-29", "2024-02-29", "DX-2026", "KGM", "9" * 41),
    *("VN-CTOR-0001", "https://x.example/1", "2026-03-01T08:00:00Z", "12345", "\U0001f33e" * 80),
    *([], {}, [1], ["x"], {"x": 1}, Decimal("0.5"), Decimal("-2.125"), Decimal("1.5")),
    *({"rice:unitCode": "HAR", "rice:value": 1}, {"rice:unitCode": "KGM", "rice:value": 0}),
)
_ENDS = ("\n", " ", "x", "\u0301", "\u0660", "/", "%2F", "%2f", "=", "\x00", "\u00e9", "\U0001f33e")


class Said(NamedTuple):
    """The payload of a statement of a kind, and the key that signed it."""

    kind: str
    payload: bytes
    kid: str = ""


def samples() -> list[Said]:
    """Return every statement of the vectors once, and an example of every act and event."""
    said = dict.fromkeys(Said("act", acts.write_act(act)) for act in ACTS)
    said |= dict.fromkeys(Said("event", profile.write_event(event)) for event in EVENTS)
    said |= dict.fromkeys(_in_vectors())
    return list(said)


def _in_vectors() -> Iterator[Said]:
    for bundle in sorted(VECTORS.glob("*/bundle.json")):
        for entry in json.loads(bundle.read_bytes()).get("entries", ()):
            try:
                statement = parse_statement(entry["statement"].encode())
            except LedgerError:
                continue  # how statements are signed is told apart elsewhere
            yield Said(statement.kind, statement.payload, statement.signatures[0].kid)


class Bender:
    """Bends statements in one way or several, the same for the same seed."""

    def __init__(self, said: list[Said], seed: int) -> None:
        self._random = random.Random(seed)
        self._said = [(one, _parsed(one.payload)) for one in said if _is_plain(one.payload)]
        self._members: dict[str, list[tuple[str, Json]]] = {}
        for one, value in self._said:
            pool = self._members.setdefault(one.kind, [])
            for holder in _holders(value):
                pool.extend(holder.items() if isinstance(holder, dict) else ())

    def bent(self, count: int) -> Iterator[Said]:
        """Yield statements that are bent, and now and then spelled otherwise."""
        for _ in range(count):
            one, _ = self._random.choice(self._said)
            value = _parsed(one.payload)
            for _ in range(self._random.choice((1, 1, 1, 2, 3))):
                self._bend(value, one.kind)
            yield one._replace(payload=self._spelled(value, one.kind))

    def _spelled(self, value: Json, kind: str) -> bytes:
        if self._random.random() < 0.03 and kind in {"act", "event"}:
            return json.dumps(_floats(value), ensure_ascii=False).encode()
        data = encoding.exact_json(value)
        if self._random.random() < 0.03:
            at = self._random.randrange(len(data))
            odd = self._random.choice((b"", b" ", b'"', b"0", b"\\u0000"))
            return data[:at] + odd + data[at + 1 :]
        return data

    def _bend(self, value: Json, kind: str) -> None:
        holder = self._random.choice([each for each in _holders(value) if each] or [value])
        if isinstance(holder, dict):
            self._random.choice((self._drop, self._add, self._change, self._change, self._change))(
                holder, kind
            )
        else:
            self._reorder(holder, kind)

    def _drop(self, holder: dict[str, Json], _kind: str) -> None:
        if holder:
            del holder[self._random.choice(list(holder))]

    def _add(self, holder: dict[str, Json], kind: str) -> None:
        name, value = self._random.choice(self._members[kind])
        holder[self._random.choice((name, name, name, "x", "__proto__", "constructor"))] = deepcopy(
            value
        )

    def _change(self, holder: dict[str, Json] | list[Json], kind: str) -> None:
        names = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if names:
            name: Json = self._random.choice(names)
            holder[name] = self._other(holder[name], name, kind)

    def _reorder(self, holder: list[Json], kind: str) -> None:
        ways: tuple[Callable[[], object], ...] = (
            lambda: holder.append(self._random.choice(holder)),
            lambda: holder.pop(self._random.randrange(len(holder))),
            lambda: holder.extend(list(holder) * self._random.choice((1, 20, 500))),
            holder.reverse,
            holder.clear,
            lambda: self._change(holder, kind),
            lambda: self._change(holder, kind),
        )
        self._random.choice(ways)()

    def _other(self, value: Json, name: object, kind: str) -> Json:
        if self._random.random() < 0.2:
            return self._one_of(ODD)
        if self._random.random() < 0.3:
            return self._one_of([each for at, each in self._members[kind] if at == name] or ODD)
        if isinstance(value, str):
            return self._other_text(value)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return self._other_number(value)
        return not value if isinstance(value, bool) else self._one_of(ODD)

    def _one_of(self, values: Sequence[Json]) -> Json:
        return deepcopy(self._random.choice(values))

    def _other_text(self, text: str) -> str:
        at = self._random.randrange(len(text) + 1)
        end = self._random.choice(_ENDS)
        most = self._random.choice((40, 64, 80, 200, 250))
        ways = (
            text + end,
            text[:at] + end + text[at:],
            text[:-1],
            text[:at] + self._random.choice("019aZ-") + text[at + 1 :],
            text.upper(),
            text.lower(),
            (text * most)[: most + self._random.choice((0, 1))],
            "\U0001f33e" * (most + self._random.choice((0, 1))),
            "",
        )
        return self._random.choice(ways)

    def _other_number(self, value: int | Decimal) -> int | Decimal:
        tenth = Decimal(value) / self._random.choice((10, 1000, 10_000))
        whole = int(value)
        ways = (whole + 1, whole - 1, -whole, whole * 1000, whole * 10**9, 0, tenth, -tenth)
        return self._random.choice(ways)


def _is_plain(payload: bytes) -> bool:
    try:
        return encoding.exact_json(_parsed(payload)) == payload
    except (ValueError, LedgerError):
        return False


def _parsed(payload: bytes) -> Json:
    return json.loads(payload, parse_float=Decimal)


def _floats(value: Json) -> Json:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {name: _floats(each) for name, each in value.items()}
    return [_floats(each) for each in value] if isinstance(value, list) else value


def _holders(value: Json) -> Iterator[Json]:
    if isinstance(value, dict | list):
        yield value
        for each in value.values() if isinstance(value, dict) else value:
            yield from _holders(each)
