"""Stories a mill manager can read: a line says what somebody does, its last word what comes of it.

Cells stand two spaces apart. The second names who speaks. Masses are grams, moisture per cent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ledger.rice import acts, events
from ledger.rice.facts import Lot
from ledger.rice.gs1 import check_digit, is_container
from ledger.rice.members import container_uri
from tests.decisions import DECISIONS
from tests.world import SEASON, World, attested, did, digest, lot, words

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
        consigned_to="" if to == "-" else did(to),
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
    """Load a container and send it; a load is pallets and lots with bags: ``1,2,P1:40``."""
    number = f"ZZDU{world.size:06d}"
    number += next(digit for digit in "0123456789" if is_container(number + digit))
    said = _load(world, who, load, number)
    if not said.startswith("ok"):
        return said
    sent = _send(world, who, number, to, "JP")
    return said + sent.removeprefix("ok") if sent.startswith("ok") else sent


def _load(world: World, who: str, load: str, number: str) -> str:
    parts = load.split(",")
    event = events.Loading(
        event_id=world.event_id(),
        at=_at(world),
        container=number,
        pallets=tuple(sscc(part) for part in parts if ":" not in part),
        bags=_draws(",".join(part for part in parts if ":" in part)),
        seal="VN1",
    )
    return world.say(who, event)


def _send(world: World, who: str, number: str, to: str, country: str) -> str:
    event = events.Shipping(
        event_id=world.event_id(),
        at=_at(world),
        container=number,
        consigned_to=did(to),
        country=country,
        papers=(("inv", "urn:rice:paper:1"),),
    )
    return world.say(who, event)


def _divide(world: World, who: str, name: str, outputs: str) -> str:
    inputs, made = _draws(name), _draws(outputs)
    return world.say(who, events.Dividing(**_when(world), inputs=inputs, outputs=made))


def _store(world: World, who: str, inputs: str, name: str, order: str) -> str:
    draws = _draws(inputs)
    event = events.Storing(
        **_when(world),
        inputs=draws,
        lot=lot(name),
        mass_g=sum(mass_g for _, mass_g in draws),
        order=order,
    )
    return world.say(who, event)


def _blend(world: World, who: str, inputs: str, name: str, mass: str, custody: str) -> str:
    event = events.Blending(
        **_when(world),
        inputs=_draws(inputs),
        lot=lot(name),
        mass_g=int(mass),
        loss_g=0,
        custody=custody,
    )
    return world.say(who, event)


def _rework(world: World, who: str, inputs: str, outputs: str, custody: str) -> str:
    event = events.Reworking(
        **_when(world),
        inputs=_draws(inputs),
        outputs=_draws(outputs),
        loss_g=0,
        custody=custody,
    )
    return world.say(who, event)


def _repack(
    world: World, who: str, inputs: str, name: str, bags: str, custody: str, mark: str
) -> str:
    """Inputs are counted in bags."""
    count, _, bag_g = bags.partition("x")
    event = events.Repacking(
        **_when(world),
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


def _unpallet(world: World, who: str, pallet: str) -> str:
    return world.say(who, events.Unpalletising(**_when(world), pallet=sscc(pallet)))


def _dispatch(world: World, who: str, pallets: str, to: str) -> str:
    names = tuple(sscc(pallet) for pallet in pallets.split(","))
    return world.say(who, events.Dispatch(**_when(world), pallets=names, consigned_to=did(to)))


def _arrive(world: World, who: str, units: str, giver: str, bags: str) -> str:
    """Units are pallets by running number, or containers by number."""
    event = events.Arrival(
        **_when(world),
        units=tuple(
            sscc(unit) if unit.isdigit() else container_uri(unit) for unit in units.split(",")
        ),
        handed_over_by=did(giver),
        bags=int(bags),
        ticket="urn:rice:ticket:arrival",
    )
    return world.say(who, event)


def _return(world: World, who: str, load: str, to: str) -> str:
    parts = load.split(",")
    event = events.Return(
        **_when(world),
        lots=_draws(",".join(part for part in parts if ":" in part)),
        pallets=tuple(sscc(part) for part in parts if ":" not in part),
        consigned_to=did(to),
        reason="refused",
    )
    return world.say(who, event)


def _amount(text: str) -> dict[str, Any]:
    """Return ``500`` as grams and ``3 bags`` as bags."""
    number, _, unit = text.partition(" ")
    return {"bags" if unit else "mass_g": int(number)}


def _destroy(world: World, who: str, name: str, amount: str) -> str:
    event = events.Destruction(
        **_when(world), lot=lot(name), reason="spoiled", evidence=digest(name), **_amount(amount)
    )
    return world.say(who, event)


def _count(world: World, who: str, name: str, amount: str) -> str:
    return world.say(who, events.StockCount(**_when(world), lot=lot(name), **_amount(amount)))


def _sample(world: World, who: str, name: str, mass: str) -> str:
    event = events.Sampling(
        **_when(world), lot=lot(name), mass_g=int(mass), sample="urn:rice:sample:1"
    )
    return world.say(who, event)


def _test(world: World, who: str, name: str, conforms: str) -> str:
    event = events.Testing(
        **_when(world),
        lot=lot(name),
        mass_g=1,
        sample="urn:rice:sample:1",
        report=digest("report"),
        conforms=conforms == "conforms",
    )
    return world.say(who, event)


def _transport(world: World, who: str, name: str, by: str) -> str:
    event = events.Transporting(
        **_when(world), lot=lot(name), mass_g=1, carried_by=did(by), vehicle="boat"
    )
    return world.say(who, event)


def _sow(world: World, who: str, area: str, hectares: str) -> str:
    event = events.Sowing(
        **_when(world),
        area=area,
        season=SEASON,
        worked_m2=int(hectares) * 10_000,
        by_machine=True,
        variety="OM5451",
        seed_class="xác nhận",
        seed_g=80_000,
    )
    return world.say(who, event)


def _spray(world: World, who: str, area: str, product: str) -> str:
    event = events.Spraying(
        **_when(world),
        area=area,
        season=SEASON,
        worked_m2=10_000,
        by_machine=False,
        product=product,
        ingredient="propiconazole",
        dose="0.5 l/ha",
        wait_days=7,
    )
    return world.say(who, event)


def _harvest_more(world: World, who: str, area: str, name: str, mass: str, moisture: str) -> str:
    event = events.Harvest(
        **_when(world),
        lot=lot(name),
        mass_g=int(mass),
        moisture_ppt=_ppt(moisture),
        area=area,
        season=SEASON,
        variety="OM5451",
        harvested_on=world.day,
        continues=True,
    )
    return world.say(who, event)


def _when(world: World) -> dict[str, Any]:
    return {"event_id": world.event_id(), "at": _at(world)}


def _hold(world: World, who: str, names: str) -> str:
    return world.say(who, acts.Hold(lots=_lots(names), reason=words("kiểm tra")))


def _clear(world: World, who: str, names: str) -> str:
    """Clear the oldest hold of the first lot; where there is none, one that never was."""
    lots = _lots(names)
    held = world.find(Lot, f"lot:{lots[0]}").held
    index = held[0].index if held else 1
    return world.say(who, acts.ClearHold(lots=lots, hold_index=index, reason=words("đạt")))


def _recall(world: World, who: str, names: str) -> str:
    return _recall_bags(world, who, names, "")


def _recall_bags(world: World, who: str, names: str, ranges: str) -> str:
    """Recall lots, of some of them only bags: ``N1:5-9,N1:12-12`` by label batch."""
    act = acts.Recall(
        lots=_lots(names),
        reason=words("thu hồi"),
        contact="1900 0000",
        bag_ranges=tuple(_range(part) for part in ranges.split(",") if part),
    )
    return world.say(who, act)


def _lots(names: str) -> tuple[str, ...]:
    return tuple(lot(name) for name in names.split(","))


def _range(text: str) -> acts.BagRange:
    batch, _, numbers = text.partition(":")
    first, _, last = numbers.partition("-")
    return acts.BagRange(batch=batch, first=int(first), last=int(last))


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
    "load": _load,
    "send": _send,
    "harvest more": _harvest_more,
    "divide": _divide,
    "store": _store,
    "blend": _blend,
    "rework": _rework,
    "repack": _repack,
    "unpallet": _unpallet,
    "dispatch": _dispatch,
    "arrive": _arrive,
    "return": _return,
    "destroy": _destroy,
    "count": _count,
    "sample": _sample,
    "test": _test,
    "transport": _transport,
    "sow": _sow,
    "spray": _spray,
    "hold": _hold,
    "clear": _clear,
    "recall": _recall,
    "recall bags": _recall_bags,
    **DECISIONS,
    "labels": _labels,
    "area": _change_area,
}
