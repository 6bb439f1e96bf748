"""Stories a mill manager can read: a line says what somebody does, its last word what comes of it.

Cells stand two spaces apart. The second names who speaks. Masses are grams, moisture per cent.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ledger.rice import acts, events
from ledger.rice.facts import Lot
from ledger.rice.gs1 import check_digit
from tests.world import SEASON, World, attested, did, lot, words

_CELLS = re.compile(r" {2,}")


def play(world: World, table: str) -> None:
    """Say every line of a table; what becomes of it must be its last word."""
    lines = [line.strip() for line in table.splitlines() if line.strip()]
    assert lines
    for line in lines:
        verb, *cells, expected = _CELLS.split(line)
        if verb == "day":
            world.day = expected
            continue
        said = _VERBS[verb](world, *cells)
        details = world.refusal.details if world.refusal else {}
        assert said == expected, f"{line}\n -> {said} {dict(details)}"


def _at(world: World) -> str:
    return f"{world.day}T08:00:00+07:00"


def _harvest(
    world: World, who: str, area: str, name: str, mass: str, moisture: str, to: str
) -> str:
    event = events.Harvest(
        event_id=world.event_id(),
        at=_at(world),
        lot=lot(name),
        mass_g=int(mass),
        moisture_ppt=_ppt(moisture),
        area=area,
        season=SEASON,
        variety="OM5451",
        harvested_on=world.day,
        consigned_to=did(to),
    )
    return world.say(who, event)


def _receive(world: World, who: str, name: str, mass: str, moisture: str, giver: str) -> str:
    event = events.Receiving(
        event_id=world.event_id(),
        at=_at(world),
        lot=lot(name),
        mass_g=int(mass),
        moisture_ppt=_ppt(moisture),
        handed_over_by=did(giver),
        ticket=f"urn:rice:ticket:{name}",
    )
    return world.say(who, event)


def _hand_over(world: World, who: str, name: str, mass: str, to: str) -> str:
    event = events.Handover(
        event_id=world.event_id(),
        at=_at(world),
        lot=lot(name),
        mass_g=int(mass),
        consigned_to=did(to),
    )
    return world.say(who, event)


def _dry(world: World, who: str, inputs: str, name: str, mass: str, moisture: str) -> str:
    event = events.Drying(
        event_id=world.event_id(),
        at=_at(world),
        inputs=_draws(inputs),
        lot=lot(name),
        mass_g=int(mass),
        moisture_ppt=_ppt(moisture),
    )
    return world.say(who, event)


def _mill(world: World, who: str, inputs: str, outputs: str, moisture: str, custody: str) -> str:
    event = events.Milling(
        event_id=world.event_id(),
        at=_at(world),
        inputs=_draws(inputs),
        outputs=_draws(outputs),
        moisture_ppt=_ppt(moisture),
        loss_g=0,
        custody=custody,
    )
    return world.say(who, event)


def _pack(
    world: World, who: str, inputs: str, name: str, bags: str, custody: str, mark: str
) -> str:
    count, _, bag_g = bags.partition("x")
    event = events.Packing(
        event_id=world.event_id(),
        at=_at(world),
        inputs=_draws(inputs),
        lot=lot(name),
        bags=int(count),
        bag_g=int(bag_g),
        packed_on=world.day,
        best_before_on="2027-06-30",
        custody=custody,
        grant=attested("grant", "hh", "", *mark.split("+")).id if mark != "-" else "",
    )
    return world.say(who, event)


def _pallet(world: World, who: str, name: str, pallet: str, bags: str) -> str:
    event = events.Palletising(
        event_id=world.event_id(),
        at=_at(world),
        pallet=sscc(pallet),
        lot=lot(name),
        bags=int(bags),
    )
    return world.say(who, event)


def _ship(world: World, who: str, load: str, to: str) -> str:
    """A load is pallets and lots with bags: ``1,2,P1:40``."""
    parts = load.split(",")
    event = events.Shipping(
        event_id=world.event_id(),
        at=_at(world),
        pallets=tuple(sscc(part) for part in parts if ":" not in part),
        bags=_draws(",".join(part for part in parts if ":" in part)),
        consigned_to=did(to),
        container="ZZDU2632040",
        seal="VN1",
        country="JP",
        papers=(("inv", "urn:rice:paper:1"),),
    )
    return world.say(who, event)


def _hold(world: World, who: str, name: str) -> str:
    return world.say(who, acts.Hold(lot=lot(name), reason=words("kiểm tra")))


def _clear(world: World, who: str, name: str) -> str:
    """Clear the oldest hold of a lot; where there is none, one that never was."""
    held = world.find(Lot, f"lot:{lot(name)}").held
    index = held[0].index if held else 1
    return world.say(who, acts.ClearHold(lot=lot(name), hold_index=index, reason=words("đạt")))


def _recall(world: World, who: str, names: str) -> str:
    lots = tuple(lot(name) for name in names.split(","))
    return world.say(who, acts.Recall(lots=lots, reason=words("thu hồi"), contact="1900 0000"))


def _confirm(world: World, who: str, areas: str) -> str:
    codes = areas.split("+")
    return world.say(who, attested("conformity", who, "htx", *codes, ha=10 * len(codes)))


def _grant(world: World, who: str, areas: str) -> str:
    codes = areas.split("+")
    return world.say(who, attested("grant", who, "may", *codes, ha=10 * len(codes)))


def _decide(world: World, who: str, kind: str, areas: str, state: str, from_on: str) -> str:
    """Suspend, reinstate (``granted``) or withdraw a confirmation or a grant."""
    issuer = {"conformity": "xa", "grant": "hh"}[kind]
    act = acts.ChangeAttestation(
        attestation=attested(kind, issuer, "", *areas.split("+")).id,
        state=state,  # type: ignore[arg-type]
        from_on=from_on,
        reason=f"{state} #{world.size}",
        paper="1",
    )
    return world.say(who, act)


def _labels(world: World, who: str, name: str, batch: str, count: str) -> str:
    act = acts.IssueLabels(
        batch=batch, lot=lot(name), count=int(count), number_digits=4, root="A" * 43 + "="
    )
    return world.say(who, act)


def _change_area(world: World, who: str, code: str, state: str, from_on: str) -> str:
    act = acts.ChangeArea(
        area=code,
        state=state,  # type: ignore[arg-type]
        from_on=from_on,
        reason=f"{state} #{world.size}",
        paper="1",
    )
    return world.say(who, act)


def sscc(number: str) -> str:
    """Return the URI of a pallet by its running number."""
    data = f"09521234{int(number):09d}"
    return f"https://id.gs1.org/00/{data}{check_digit(data)}"


def _draws(text: str) -> tuple[events.Draw, ...]:
    pairs = [part.partition(":") for part in text.split(",") if part]
    return tuple((lot(name), int(amount)) for name, _, amount in pairs)


def _ppt(percent: str) -> int:
    whole, _, tenth = percent.partition(".")
    return int(whole) * 10 + int(tenth or 0)


_VERBS: dict[str, Callable[..., str]] = {
    "harvest": _harvest,
    "receive": _receive,
    "hand over": _hand_over,
    "dry": _dry,
    "mill": _mill,
    "pack": _pack,
    "pallet": _pallet,
    "ship": _ship,
    "hold": _hold,
    "clear": _clear,
    "recall": _recall,
    "confirm": _confirm,
    "grant": _grant,
    "decide": _decide,
    "labels": _labels,
    "area": _change_area,
}
