"""What to compare with the bag in hand, read from statements that were just judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.log import encoding
from ledger.proof.bundle import Bundle
from ledger.proof.replay import Replay
from ledger.proof.stops import Stop
from ledger.proof.verdict import Bag, Notice, Origin, Party, Step, Vouching
from ledger.rice import acts, attestations, life
from ledger.rice.case import Meaning
from ledger.rice.certificate_facts import (
    Attestation,
    Covered,
    Scheme,
)
from ledger.rice.events import (
    Dispatch,
    Event,
    Handover,
    Harvest,
    Loading,
    Packing,
    Palletising,
    Receiving,
    Repacking,
    Return,
    Shipping,
    Testing,
    Transporting,
)
from ledger.rice.facts import (
    Actor,
    Area,
    Container,
    Key,
    Lot,
    Pallet,
    Product,
)
from ledger.rice.lots import Transformation, births_of
from ledger.rice.mass import apportion

STEPS = (
    *("harvest", "handover", "transporting", "receiving", "dividing", "drying", "storing"),
    *("testing", "milling", "blending", "reworking", "packing", "repacking"),
    *("palletising", "loading", "shipping", "dispatch"),
)
"""The steps of a journey that a buyer is shown, in the order rice takes them."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the picture is taken from: facts, entries, their times, and today's day."""

    facts: Replay
    meanings: Mapping[int, Meaning]
    recorded: Mapping[int, datetime]
    today: str

    def party(self, actor_id: str) -> Party:
        """Return an organisation as a reader sees it."""
        actor = self.facts.find(Actor, f"actor:{actor_id}")
        if actor is None:
            return Party(actor=actor_id, name=acts.LocalText(vi=actor_id, en=actor_id))
        return Party(actor=actor_id, name=actor.name, commune=actor.commune)

    def speaker(self, meaning: Meaning) -> str:
        """Return the actor whose key signed."""
        key = self.facts.find(Key, f"key:{meaning.kids[0]}")
        return key.actor if key else ""


def bag(
    scene: Scene,
    bundle: Bundle,
    lot: Lot,
    number: int,
    count: int,
    lots: Sequence[Lot],
    stops: Sequence[Stop],
) -> Bag:
    """Return what a buyer compares with the bag in hand."""
    product = scene.facts.find(Product, f"product:{lot.gtin}")
    assert product is not None, "judging a lot needs its product"
    return Bag(
        gtin=bundle.gtin,
        lot=bundle.lot,
        serial=bundle.serial,
        number=number,
        count=count,
        product=product.name,
        variety=lot.variety,
        grade=product.grade,
        net_g=lot.bag_g,
        packed_on=lot.born_on,
        best_before_on=lot.best_before_on,
        shipped_on=shipped_on(scene, lot),
        packer=scene.party(lot.maker),
        custody=lot.custody,
        marked=bool(lot.grant),
        origins=tuple(_origins(scene, lot)),
        vouchings=tuple(_vouchings(scene, lot)),
        journey=tuple(_journey(scene, lot, {known.id for known in lots})),
        notices=tuple(_notice(scene, bundle.batch, stop) for stop in stops),
    )


def shipped_on(scene: Scene, lot: Lot) -> str:
    """Return the day on which the last bag of a lot had left its packer; nothing if not all have.

    Bags are counted, not told apart. So of a lot that left in part, or came back in part, nothing
    is said of any one bag.
    """
    bags, last = 0, ""
    for index, meaning in sorted(scene.meanings.items()):
        event = meaning.body
        if not isinstance(event, Event) or scene.facts.is_declared_wrong(event):
            continue
        if isinstance(event, Return):
            return ""
        if isinstance(event, Shipping | Dispatch) and (moved := _bags_of(scene, index, event, lot)):
            bags, last = bags + moved, max(last, event.on)
    return last if bags >= lot.bags else ""


def confirmations(facts: Replay, lot: Lot, grant: Attestation) -> Iterator[Attestation]:
    """Yield the confirmations that stood behind a lot's mark on the packing day, each once."""
    for found in _spoken_of(facts, lot):
        confirms = found.scheme == grant.scheme and found.profile in grant.needs
        if confirms and attestations.state_of(found, lot.born_on) == "granted":
            yield found


def _spoken_of(facts: Replay, lot: Lot) -> Iterator[Attestation]:
    """Yield the attestations that speak of a lot's origins, each once, in order of entry."""
    named = (facts.find(Covered, f"covered:{origin}") for origin in lot.origin)
    ids = {each for covered in named if covered for each in covered.attestations}
    found = (facts.find(Attestation, f"attestation:{each}") for each in ids)
    yield from sorted(filter(None, found), key=lambda attestation: attestation.index)


def _origins(scene: Scene, lot: Lot) -> Iterator[Origin]:
    shares = apportion(1000, lot.origin)
    grant = scene.facts.find(Attestation, f"attestation:{lot.grant}")
    for name in sorted(lot.origin, key=lambda origin: (-lot.origin[origin], origin)):
        code, _, season = name.partition("/")
        area = scene.facts.find(Area, f"area:{code}")
        if area is not None:
            yield Origin(
                area=code,
                season=season,
                commune=area.commune,
                area_m2=area.area_m2,
                households=area.households,
                manager=scene.party(area.manager),
                share_ppt=shares.get(name, 0),
                covered=not attestations.uncovered(scene.facts, [name], lot.born_on, grant),
            )


def _vouchings(scene: Scene, lot: Lot) -> Iterator[Vouching]:
    grant = scene.facts.find(Attestation, f"attestation:{lot.grant}") if lot.grant else None
    shipped = shipped_on(scene, lot)
    for attestation in (*([grant] if grant else []), *_spoken_of(scene.facts, lot)):
        scheme = scene.facts.find(Scheme, f"scheme:{attestation.scheme}")
        assert scheme is not None, "an attestation was judged by its scheme"
        profile = scheme.profile_of(attestation)
        assert profile is not None, "and by its profile"
        turn = life.turn_on(attestation, scene.today)
        yield Vouching(
            number=attestation.number,
            profile=attestation.profile,
            kind=profile.name,
            effect=attestation.effect,
            scheme=scheme.name,
            issuer=scene.party(attestation.issuer),
            areas=attestation.areas,
            season=attestation.season,
            from_on=attestation.from_on,
            until_on=attestation.until_on,
            state_when_packed=life.stage_of(attestation, lot.born_on),
            state_when_shipped=life.stage_of(attestation, shipped) if shipped else "",
            state_now=attestations.stage(scene.facts, attestation, scene.today),
            state_since=life.since(attestation, scene.today),
            reason=turn.reason if turn else "",
            remark=turn.remark if turn else "",
            area_m2=life.figures_on(attestation, scene.today)[0],
            quota_g=life.figures_on(attestation, scene.today)[1],
            figures=attestation.figures,
            entry=attestation.index,
        )


def _journey(scene: Scene, lot: Lot, lots: set[str]) -> Iterator[Step]:
    """Yield the way of the rice: one step for each kind and actor, in the order it is made."""
    grouped: dict[tuple[int, str], list[tuple[int, str, int, int]]] = {}
    for index, meaning in sorted(scene.meanings.items()):
        event = meaning.body
        if not isinstance(event, Event) or scene.facts.is_declared_wrong(event):
            continue
        amount = _amount(scene, index, event, lot, lots)
        if amount is not None:
            place = (STEPS.index(type(event).__name__.lower()), scene.speaker(meaning))
            grouped.setdefault(place, []).append((index, event.on, *amount))
    for (order, actor), happened in sorted(grouped.items()):
        days = [on for _, on, _, _ in happened]
        yield Step(
            kind=STEPS[order],
            from_on=min(days),
            until_on=max(days),
            actor=scene.party(actor),
            lots=len(happened),
            mass_g=sum(mass_g for _, _, mass_g, _ in happened),
            bags=sum(bags for *_, bags in happened),
            entries=tuple(index for index, *_ in happened),
        )


def _bags_of(scene: Scene, index: int, event: Event, lot: Lot) -> int:
    """Return how many bags of a lot an event moves on pallets, in containers, or loose."""
    facts = scene.facts
    match event:
        case Packing(lot=made, bags=bags) | Repacking(lot=made, bags=bags):
            return bags if made == lot.id else 0
        case Palletising(lot=stacked, bags=bags):
            return bags if stacked == lot.id else 0
        case Loading(bags=loose, pallets=pallets):
            pass
        case Dispatch(pallets=pallets):
            loose = ()
        case Shipping(container=number):
            found = facts.find(Container, f"container:{number}")
            loaded = found if found is not None and found.shipped_index == index else None
            loose = loaded.bags if loaded else ()
            pallets = tuple(
                name
                for name in facts.pallets()
                if (one := facts.find(Pallet, f"pallet:{name}")) and one.shipped_index == index
            )
        case _:
            return 0
    stacked_on = (facts.find(Pallet, f"pallet:{name}") for name in pallets)
    bags = sum(count for name, count in loose if name == lot.id)
    return bags + sum(found.bags for found in stacked_on if found and found.lot == lot.id)


def _amount(
    scene: Scene, index: int, event: Event, lot: Lot, lots: set[str]
) -> tuple[int, int] | None:
    """Return the grams and bags of a step that concern this lot's own way; nothing if none do."""
    if isinstance(event, Packing | Repacking | Palletising | Loading | Shipping | Dispatch):
        bags = _bags_of(scene, index, event, lot)
        return (bags * lot.bag_g, bags) if bags else None
    if isinstance(event, Transformation):
        made = [mass_g for name, mass_g in births_of(event) if name in lots]
        return (sum(made), 0) if made else None
    match event:
        case (
            Harvest(lot=name, mass_g=mass_g)
            | Receiving(lot=name, mass_g=mass_g)
            | Handover(lot=name, mass_g=mass_g)
            | Transporting(lot=name, mass_g=mass_g)
            | Testing(lot=name, mass_g=mass_g)
        ):
            return (mass_g, 0) if name in lots else None
    return None


def _notice(scene: Scene, batch: str, stop: Stop) -> Notice:
    flag = stop.flag
    body = scene.meanings[flag.index].body
    return Notice(
        kind=stop.kind,
        by=scene.party(flag.actor),
        reason=flag.reason,
        contact=body.contact if isinstance(body, acts.Recall) else "",
        bags=tuple((one.first, one.last) for one in flag.bag_ranges if one.batch == batch),
        on=encoding.local_day(scene.recorded[flag.index]),
        entry=flag.index,
    )
