"""How the rules on the life of attestations are broken that a table cannot break."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from ledger.log.status_list import StatusEntry
from ledger.rice import acts
from ledger.rice.credentials import Attested
from ledger.rice.status_places import PURPOSE, list_url
from tests.world import SCHEME, SEASON, World, attested

FIRST, SECOND = (f"urn:uuid:00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
CONFIRMATION = attested("conformity", "xa", "htx", "A001")
LIST = list_url("demo.rice.example", 1)


def change(state: str, from_on: str = "2026-03-01", **more: object) -> acts.ChangeAttestation:
    """Return a change to the confirmation of A001."""
    members: dict[str, object] = {
        "attestation": CONFIRMATION.id,
        "state": state,
        "from_on": from_on,
        "reason": "other",
        "paper": "1",
        "decided_by": "xa",
    }
    return acts.ChangeAttestation(**(members | more))  # type: ignore[arg-type]


def application(name: str = FIRST, **more: object) -> acts.Apply:
    """Return what ``htx`` asks ``xa`` for: a confirmation of A001."""
    members: dict[str, object] = {
        "application": name,
        "certifier": "xa",
        "profile": "conformity",
        "scheme": SCHEME,
        "areas": ("A001",),
        "season": SEASON,
        "area_m2": 100_000,
    }
    return acts.Apply(**(members | more))  # type: ignore[arg-type]


def placed(index: int, url: str = LIST, purpose: str = PURPOSE, of: str = "A001") -> Attested:
    """Return a confirmation with a place in a status list."""
    entry = StatusEntry(list=url, index=index, purpose=purpose)
    return structs.replace(attested("conformity", "xa", "htx", of), statuses=(entry,))


def _decider_unknown(world: World) -> str:
    world.must("xa", CONFIRMATION)
    return world.say("xa", change("withdrawn", decided_by="nobody"))


def _successor_unfit(world: World) -> str:
    world.must("xa", CONFIRMATION)
    return world.say("xa", change("superseded", successor=CONFIRMATION.id))


def _place_taken(world: World) -> str:
    world.must("xa", placed(7))
    return world.say("xa", placed(7, of="A002"))


def _application_taken(world: World) -> str:
    world.must("htx", application())
    return world.say("htx", application(area_m2=90_000))


def _application_unanswerable(world: World) -> str:
    return world.say("xa", structs.replace(CONFIRMATION, application=FIRST))


def declined(name: str = FIRST, **more: object) -> acts.DeclineApplication:
    """Return that an application is declined, on the day of the worlds of tests."""
    members: dict[str, object] = {
        "application": name,
        "reason": "records_differ",
        "paper": "9",
        "decided_on": "2026-03-01",
    }
    return acts.DeclineApplication(**(members | more))  # type: ignore[arg-type]


def _application_undeclinable(world: World) -> str:
    world.must("htx", application())
    world.must("xa", declined())
    return world.say("xa", declined(paper="10"))


LIFE_SAYINGS: dict[str, Callable[[World], str]] = {
    "decider_unknown": _decider_unknown,
    "successor_unfit": _successor_unfit,
    "status_place_taken": _place_taken,
    "status_place_unfit": lambda world: world.say("xa", placed(131_072)),
    "application_taken": _application_taken,
    "application_unfit": lambda world: world.say("htx", application(areas=("A003",))),
    "application_unanswerable": _application_unanswerable,
    "application_undeclinable": _application_undeclinable,
}
