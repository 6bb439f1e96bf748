"""Statements in bulk: harvests, weighings and dryings of made-up offices, signed beforehand.

Ten slips and the dryer run they end in make 21 statements, as a mill sends them in harvest time.
A payload is written once by the ledger's own code; copies differ in names, which are put in where
placeholders stood. Signatures are made one by one: each statement has its own.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.errors import LedgerError
from ledger.folder import DATABASE
from ledger.log import encoding
from ledger.log.keys import SigningKey
from ledger.log.statement import parse_statement, seal, seal_many
from ledger.rice import acts, events, profile
from ledger.service import Ledger
from tests.small_season import ORIGIN, founding, key_of, offered, registration, sealed, words

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
SLIPS = 10
GROUP = 2 * SLIPS + 1
STATEMENTS_PER_AREA = 10_000
PARCEL = 64
"""Statements that one thread takes at a time, for the ledger and bare alike."""

_OFFICE = "chi-cuc-lua"
_HOST = "did:web:demo.rice.example:actors"
_GTIN = "08936000000998"
_SEASON = "DX-2026"
_SLIP_G, _DRIED_G = 1_000_000, 8_700_000
_WET_PPT, _DRY_PPT = 250, 140


def clock() -> datetime:
    """Return the moment at which all of this happens."""
    return NOW


@dataclass(frozen=True, slots=True)
class Trade:
    """So many cooperatives with an area each, and a few mills that buy from them."""

    cooperatives: int
    mills: int = 4

    @classmethod
    def of(cls, statements: int) -> Trade:
        """Return a trade large enough that no area yields more than land can."""
        return cls(max(4, statements // STATEMENTS_PER_AREA + 1))

    def opening(self, registrar: SigningKey) -> Iterator[bytes]:
        """Yield what must be said before any harvest."""
        yield _registration(_OFFICE, "authority", registrar)
        for number in range(self.mills):
            yield _registration(_mill(number), "mill", registrar)
        for number in range(self.cooperatives):
            yield _registration(_cooperative(number), "cooperative", registrar)
            area = acts.RegisterArea(
                area=_area(number),
                manager=_cooperative(number),
                commune="31300",
                area_m2=10_000_000,
                households=900,
                issued_on="2025-11-01",
                expires_on="2030-11-01",
                approved_output_g=10_000_000_000,
                in_scheme=True,
                boundary="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                paper="12/2025",
            )
            yield sealed(area, _OFFICE)
        goods = acts.RegisterProduct(gtin=_GTIN, form="paddy", name=words("Lúa tươi"))
        yield sealed(goods, _mill(0))

    def statements(self, first_group: int = 0, step: int = 1) -> Iterator[bytes]:
        """Yield statements without end; every ``step``-th group of 21 from the first on."""
        makers = [_Maker(self, number) for number in range(self.cooperatives)]
        group = first_group
        while True:
            yield from makers[group % self.cooperatives].group(group)
            group += step


class _Maker:
    """Makes the statements of one cooperative and its mill."""

    def __init__(self, trade: Trade, number: int) -> None:
        grower, mill = _cooperative(number), _mill(number % trade.mills)
        self._harvest = _Form(
            events.Harvest(
                event_id="{id}",
                at="2026-03-01T07:00:00+07:00",
                lot="{lot}",
                mass_g=_SLIP_G,
                moisture_ppt=_WET_PPT,
                area=_area(number),
                season=_SEASON,
                variety="OM 5451",
                harvested_on="2026-03-01",
                consigned_to=f"{_HOST}:{mill}",
            ),
            key_of(grower),
        )
        self._receiving = _Form(
            events.Receiving(
                event_id="{id}",
                at="2026-03-01T09:00:00+07:00",
                lot="{lot}",
                mass_g=_SLIP_G,
                moisture_ppt=_WET_PPT,
                handed_over_by=f"{_HOST}:{grower}",
                ticket="urn:ticket:{id}",
            ),
            key_of(mill),
        )
        self._drying = _Form(
            events.Drying(
                event_id="{id}",
                at="2026-03-01T12:00:00+07:00",
                inputs=tuple((f"{{slip {number}}}", _SLIP_G) for number in range(SLIPS)),
                lot="{lot}",
                mass_g=_DRIED_G,
                moisture_ppt=_DRY_PPT,
            ),
            key_of(mill),
        )

    def group(self, number: int) -> Iterator[bytes]:
        """Yield ten harvests, their weighings, and the dryer run."""
        slips = [_lot(f"B{number}-{slip}") for slip in range(SLIPS)]
        for form in (self._harvest, self._receiving):
            for slip in slips:
                yield form.fill(lot=slip)
        names = {f"slip {place}": slip for place, slip in enumerate(slips)}
        yield self._drying.fill(lot=_lot(f"D{number}"), **names)


class _Form:
    """A payload with places left open, and the key that signs it."""

    def __init__(self, event: events.AnyEvent, key: SigningKey) -> None:
        self._payload = profile.write_event(event)
        self._kind = type(event).__name__
        self._key = key
        empty = seal(b"-", typ="epcis-event+jws", key=key, ledger=ORIGIN)
        self._header = empty.split(b".")[0].decode()

    def fill(self, *, lot: str, **names: str) -> bytes:
        """Return the statement with every place filled in."""
        digest = sha256(f"{self._kind} {lot}".encode()).digest()
        event_id = f"urn:uuid:{UUID(bytes=digest[:16], version=4)}"
        payload = self._payload
        for place, text in {"id": event_id, "lot": lot, **names}.items():
            payload = payload.replace(b"{%s}" % place.encode(), text.encode())
        signed = f"{self._header}.{encoding.encode_base64url(payload)}".encode()
        return signed + b"." + encoding.encode_base64url(self._key.sign(signed)).encode()


def taken(count: int) -> tuple[Trade, list[bytes]]:
    """Return a trade and about so many of its statements, whole groups."""
    trade = Trade.of(count)
    stream = trade.statements()
    return trade, [next(stream) for _ in range(count // GROUP * GROUP)]


@contextmanager
def founded(trade: Trade, database: str = DATABASE) -> Iterator[Ledger]:
    """Give a new ledger in which the trade is registered; remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix="rice-benchmark-") as name:
        ledger = Ledger.create(
            Path(name) / "ledger",
            key_of("log"),
            founding=founding(),
            database=database,
            clock=clock,
        )
        try:
            accept(ledger, [registration("so", ("registrar",), "root 1", "root 2")])
            accept(ledger, list(trade.opening(key_of("so"))))
            yield ledger
        finally:
            ledger.close()


def accept(ledger: Ledger, statements: Sequence[bytes]) -> None:
    """Append statements, all of which must be accepted."""
    for answer in ledger.append(statements):
        if isinstance(answer, LedgerError):
            raise answer


@dataclass(frozen=True, slots=True)
class Signature:
    """What verifying takes and nothing more: a loaded key, what was signed, the signature."""

    key: Ed25519PublicKey
    message: bytes
    signature: bytes


def signatures_of(statements: Sequence[bytes], trade: Trade) -> list[Signature]:
    """Return the signatures of statements, ready to be verified bare."""
    names = [_cooperative(number) for number in range(trade.cooperatives)]
    names += [_mill(number) for number in range(trade.mills)]
    keys = {}
    for key in map(key_of, names):
        raw = encoding.decode_base64url(key.public.jwk["x"])
        keys[key.public.kid] = Ed25519PublicKey.from_public_bytes(raw)
    parsed = [parse_statement(data).signatures[0] for data in statements]
    return [Signature(keys[one.kid], one.signing_input, one.signature) for one in parsed]


def verify_bare(signatures: Sequence[Signature], threads: int | None = None) -> None:
    """Verify signatures and do nothing else, with as many threads as the ledger takes."""
    parcels = [signatures[at : at + PARCEL] for at in range(0, len(signatures), PARCEL)]
    if threads == 1:
        for parcel in parcels:
            _verify(parcel)
        return
    with ThreadPoolExecutor(threads or (os.cpu_count() or 1) + 1) as pool:
        list(pool.map(_verify, parcels))


def _verify(parcel: Sequence[Signature]) -> None:
    for one in parcel:
        one.key.verify(one.signature, one.message)


def _registration(actor: str, role: str, registrar: SigningKey) -> bytes:
    act = acts.RegisterActor(
        actor=actor,
        did=f"{_HOST}:{actor}",
        name=words(actor),
        roles=(acts.RoleGrant(role=role, from_on="2026-01-01"),),  # type: ignore[arg-type]
        keys=(offered(key_of(actor)),),
    )
    return seal_many(acts.write_act(act), keys=[registrar, key_of(actor)], ledger=ORIGIN)


def _cooperative(number: int) -> str:
    return f"htx-{number}"


def _mill(number: int) -> str:
    return f"nha-may-{number}"


def _area(number: int) -> str:
    return f"VN-CTO-{8000 + number:04}"


def _lot(name: str) -> str:
    return f"https://id.gs1.org/01/{_GTIN}/10/{name}"
