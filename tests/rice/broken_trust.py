"""How the rules on accreditations, DIDs and the life of keys are broken, for `test_rulebook`."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from msgspec import structs

from ledger.rice import acts, events
from ledger.rice.trust_acts import Reaffirm, RecoverKey
from tests.world import (
    ELSEWHERE,
    HERE,
    LATE,
    ROOT,
    SCHEME,
    Sayable,
    World,
    accreditation_changed,
    accredited,
    kid_of,
    lot,
    offered,
    registration,
    role,
)


def _saying(who: str, body: Sayable) -> Callable[[World], str]:
    return lambda world: world.say(who, body)


def _outside_jurisdiction(world: World) -> str:
    office = role("accreditor", HERE, scheme=SCHEME)
    world.must("hh", acts.GrantRole(actor="kiem", grant=office))
    return world.say("kiem", accredited("confirmer", "kiem", "xa-khac", ELSEWHERE))


def _withdrawn(world: World) -> str:
    body = accredited("verifier", "hh", "kiem")
    world.must("hh", accreditation_changed(body, "withdrawn"))
    return world.say("hh", accreditation_changed(body, "granted"))


def _suspect(world: World) -> str:
    world.must("may+so+may-b", acts.EnrolKey(actor="may", key=offered("may-b")))
    since = "2026-03-01T00:00:00Z"
    stolen = acts.RevokeKey(kid=kid_of("may"), reason="compromised", invalid_from=since)
    world.must("may-b", stolen)
    return world.say("may-b", Reaffirm(kid=kid_of("may"), entries=(world.size - 2,)))


def _of_a_good_key(world: World) -> str:
    return world.say("may", Reaffirm(kid=kid_of("may"), entries=(world.size - 1,)))


def _bounded(key: acts.NewKey, body: Sayable) -> Callable[[World], str]:
    def broken(world: World) -> str:
        world.must("may+phone", acts.EnrolKey(actor="may", key=key))
        return world.say("phone", body)

    return broken


_DEVICE = offered("phone", admin=False)
_DRYING = events.Drying(
    event_id=f"urn:uuid:{UUID(int=9)}",
    at="2026-03-01T08:00:00+07:00",
    inputs=((lot("L1"), 1),),
    lot=lot("S1"),
    mass_g=1,
    moisture_ppt=140,
)

BROKEN_TRUST: dict[str, Callable[[World], str]] = {
    "accredited_body_unknown": _saying("hh", accredited("verifier", "hh", "nobody")),
    "accreditor_not_entitled": _saying("kiem", accredited("verifier", "kiem", "lab")),
    "accreditation_outside_jurisdiction": _outside_jurisdiction,
    "accreditation_outside_dates": _saying(
        "hh", structs.replace(accredited("verifier", "hh", "lab"), from_on="2025-12-31")
    ),
    "accreditation_not_independent": _saying("hh", accredited("verifier", "hh", "hh")),
    "accreditation_unknown": _withdrawn,
    "did_unfit": _saying("so+x", structs.replace(registration("x"), did="did:web:x.example")),
    "key_out_of_bounds": _bounded(structs.replace(_DEVICE, only=("mark_bags",)), _DRYING),
    "key_out_of_place": _bounded(structs.replace(_DEVICE, places=("urn:x:scale",)), _DRYING),
    "key_overlap_unfit": _saying(
        "so", acts.RevokeKey(kid=kid_of("may"), reason="rotated", valid_until=f"{LATE[:-2]}1Z")
    ),
    "key_not_recoverable": _saying(
        f"{ROOT}+may-2b",
        RecoverKey(actor="may-2", key=offered("may-2b"), lost=(kid_of("may"),)),
    ),
    "entry_undisputed": _of_a_good_key,
    "key_suspect": _suspect,
}
