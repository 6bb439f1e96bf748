"""The books of a season: its files' rows, what the ledger knows already, and how things are named.

An office need not have the others' files: who manages an area, which goods a number stands for and
where a mill lies is then read from the ledger, once somebody has said it there.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import count
from typing import Protocol, TypeVar
from urllib.parse import quote

from ledger.imports.rows import Organisation, PackedLot, PlantingArea, Product, Row, WeighTicket
from ledger.imports.tables import AnyRow, Table
from ledger.log.status_list import StatusEntry
from ledger.programme import Keyring, Programme
from ledger.rice import facts as known_facts
from ledger.rice.facts import Actor, Area, Fact, Lot, find
from ledger.rice.life_facts import StatusPlace
from ledger.rice.status_places import FULL, PURPOSE, draw_place, list_url
from ledger.unsigned import Body

KEYS_END = "2099-12-31T00:00:00Z"
ACCREDITED_UNTIL = "2029-12-31"
START = "2020-01-01"
"""When everybody and everything that the files do not date was there already."""

_NAMESPACE = uuid.UUID("6f0e2a1c-5f0a-4c0e-9a53-7f3a4b8c1d01")
_PAGE = 1_000
_TECHNICIAN = "-ky-thuat"

F = TypeVar("F", bound=Fact)


def technician(cooperative: str) -> str:
    """Return the holder of the key with which a cooperative's tubes are read; nobody's is nobody's.

    Whoever measures is not who reports, so the readings have a device key of their own.
    """
    return cooperative and cooperative + _TECHNICIAN


def organisation_of(holder: str) -> str:
    """Return the organisation for which the holder of a key speaks."""
    return holder.removesuffix(_TECHNICIAN)


class Known(Protocol):
    """What a ledger knows; a `Reading` of its store is one."""

    def get(self, key: str, /) -> Fact | None:
        """Return the fact under a key, or nothing."""

    def facts_of(self, kind: str, after: str = "", limit: int = 100) -> list[Fact]:
        """Return facts of one kind in order of their keys, from behind the key ``after``."""


class Nothing:
    """A ledger in which nothing was said yet."""

    def get(self, _key: str, /) -> Fact | None:
        """Return nothing."""
        return None

    def facts_of(self, _kind: str, _after: str = "", _limit: int = 100) -> list[Fact]:
        """Return nothing."""
        return []


@dataclass(frozen=True, slots=True)
class Saying:
    """What a row says before anybody has signed it: when, who has to, and how it is made.

    Making it may take a secret of its speaker's, so it waits until their keys are there. An empty
    name among the speakers stands for the manager of an area that nobody knows.
    """

    at: str
    speakers: tuple[str, ...]
    make: Callable[[], Body]
    row: Row | None = None


class Books:
    """One season's tables, with the keys to say what they say."""

    def __init__(
        self,
        tables: Mapping[str, Table],
        programme: Programme,
        keyring: Keyring,
        known: Known,
        mill: str = "",
    ) -> None:
        self._mill = mill
        self.tables = tables
        self.programme = programme
        self.keyring = keyring
        self.known = known
        self.organisations = {row.id: row for row in self.rows("organisations", Organisation)}
        self.areas = {row.code: row for row in self.rows("planting_areas", PlantingArea)}
        self.products = {row.gtin: row for row in self.rows("products", Product)}
        self.slips = self.rows("weigh_tickets", WeighTicket)
        self._places: dict[int, str] = {}
        self.packed = {row.lot: row for row in self.rows("packing", PackedLot)}

    def rows(self, kind: str, of: type[AnyRow]) -> tuple[AnyRow, ...]:
        """Return the rows of a kind of file, none if it is not there."""
        table = self.tables.get(kind)
        return table.of(of) if table else ()

    @cached_property
    def gtins(self) -> dict[str, str]:
        """Return the number of the bulk goods of each form: the files' own first."""
        goods = {
            fact.form: fact.gtin
            for fact in self._all_of("product", known_facts.Product)
            if fact.form != "packed"
        }
        rows = self.products.values()
        return goods | {row.product: row.gtin for row in rows if row.product != "packed"}

    @cached_property
    def mill(self) -> str:
        """Return the mill at whose weighbridge the slips were written."""
        if self._mill:
            return self._mill
        named = (row.id for row in self.organisations.values() if "mill" in row.roles)
        actors = self._all_of("actor", Actor)
        return next(named, "") or next((a.id for a in actors if _holds(a, "mill")), "")

    def manager(self, area: str) -> str:
        """Return the cooperative that manages an area; nothing if nobody knows the area."""
        if area in self.areas:
            return self.areas[area].cooperative
        fact = find(self.known, Area, f"area:{area}")
        return fact.manager if fact else ""

    def authority_of(self, commune: str) -> str:
        """Return the authority of a commune."""
        for row in self.organisations.values():
            if "authority" in row.roles and row.commune_code == commune:
                return row.id
        actors = self._all_of("actor", Actor)
        return next((a.id for a in actors if a.commune == commune and _holds(a, "authority")), "")

    def name_of(self, actor: str) -> str:
        """Return the name of an organisation, its id where nobody knows it."""
        if actor in self.organisations:
            return self.organisations[actor].name
        fact = find(self.known, Actor, f"actor:{actor}")
        return fact.name.vi if fact else actor

    def site(self, actor: str) -> str:
        """Return the place of an organisation as events name it, or nothing."""
        if actor in self.organisations:
            gln = self.organisations[actor].gln
        else:
            fact = find(self.known, Actor, f"actor:{actor}")
            gln = fact.gln if fact else ""
        return f"https://id.gs1.org/414/{gln}" if gln else ""

    def weighed_g(self, slip: str) -> int:
        """Return the wet mass on a slip; of an unknown one, so little that it is asked about."""
        if slip in self._weighed:
            return self._weighed[slip]
        fact = find(self.known, Lot, f"lot:{self.lot('paddy', slip)}")
        return fact.brought_g if fact else 1

    def lot(self, form: str, name: str) -> str:
        """Return the URI of a lot of bulk goods."""
        return f"https://id.gs1.org/01/{self.gtins.get(form, '0' * 14)}/10/{name}"

    def silo(self, name: str) -> str:
        """Return the URI of a silo's lot in this season."""
        return self.lot("paddy", f"{name}-{self.programme.season}")

    def packed_uri(self, lot: str) -> str:
        """Return the URI of a packed lot, which is named after its goods."""
        if lot in self.packed:
            return f"https://id.gs1.org/01/{self.packed[lot].gtin}/10/{lot}"
        for gtin in self._packed_gtins:
            uri = f"https://id.gs1.org/01/{gtin}/10/{lot}"
            if find(self.known, Lot, f"lot:{uri}"):
                return uri
        return f"https://id.gs1.org/01/{'0' * 14}/10/{lot}"

    def packer_of(self, lot: str) -> str:
        """Return who packed a lot; of an unknown one, whoever mills here."""
        if lot in self.packed:
            return self.packed[lot].packer
        fact = find(self.known, Lot, f"lot:{self.packed_uri(lot)}")
        return fact.maker if fact else self.mill

    def attestation_id(self, number: str) -> str:
        """Return the id of a decision."""
        return f"https://{self.programme.host}/attestations/{quote(number)}"

    def status_entry(self, issuer: str, number: str) -> StatusEntry:
        """Return the place of a decision in the ledger's status list, drawn by its issuer."""
        name = self.attestation_id(number)
        url = self._status_list

        def is_taken(place: int) -> bool:
            known = find(self.known, StatusPlace, f"status:{url}#{place}")
            owner = known.attestation if known else self._places.get(place, name)
            return owner != name

        place = draw_place(self.keyring.secret(issuer, "status"), name, is_taken)
        self._places[place] = name
        return StatusEntry(list=url, index=place, purpose=PURPOSE)

    @cached_property
    def _status_list(self) -> str:
        """Return the ledger's first status list that is not full yet."""
        taken = Counter(place.list for place in self._all_of("status", StatusPlace))
        urls = (list_url(self.programme.host, number) for number in count(1))
        return next(url for url in urls if taken[url] < FULL)

    @cached_property
    def _weighed(self) -> dict[str, int]:
        return {row.number: row.wet_g for row in self.slips}

    @cached_property
    def _packed_gtins(self) -> list[str]:
        goods = self._all_of("product", known_facts.Product)
        return [fact.gtin for fact in goods if fact.form == "packed"]

    def _all_of(self, kind: str, of: type[F]) -> Iterator[F]:
        after = ""
        while page := self.known.facts_of(kind, after, _PAGE):
            yield from (fact for fact in page if isinstance(fact, of))
            after = page[-1].key


def event_id(row: Row, step: str) -> str:
    """Return the name of an event: it follows from the row, wherever the row was read."""
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{row.digest} {step}')}"


def day(of: date | None) -> str:
    """Return an ISO day; an empty cell gives what no reader accepts."""
    return of.isoformat() if of else ""


def at(of: date | None, clock: str) -> str:
    """Return the moment of a day at which something was done that is only dated."""
    return f"{day(of)}T{clock}+07:00"


def _holds(actor: Actor, name: str) -> bool:
    return any(role.role == name and role.ended_on is None for role in actor.roles)
