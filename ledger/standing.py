"""How an attestation stands: its state on a day and at a log size, what rests on it, what ends.

The answers are folds of facts that are there already; nothing is kept for them. What rests on an
attestation is followed by `tracing`, so its cost grows with the answer. What ends, and who waits,
is looked for in the whole register, which is small beside the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ledger.affected import Affected, parties, trace
from ledger.errors import NotFoundError
from ledger.log.encoding import local_day, parse_instant
from ledger.proof.verdict import Party
from ledger.rice import accreditation, attestations, life
from ledger.rice.accreditation_facts import Accreditation
from ledger.rice.acts import Scope
from ledger.rice.areas import state_on
from ledger.rice.certificate_facts import (
    Attestation,
)
from ledger.rice.facts import (
    Actor,
    Area,
    Founding,
    Key,
    Lot,
    Pallet,
    find,
)
from ledger.rice.life_facts import Application, Turn
from ledger.rice.members import container_uri
from ledger.store.store import Reading
from ledger.tracing import attestation_named, find_all, reached_by_lot

_CONTAINER = container_uri("")


class Standing(Struct, frozen=True, kw_only=True):
    """How an attestation, or an application for one, stands on a day, as ``size`` entries tell it.

    ``state`` is applied, declined, pending, granted, suspended, reinstated, reduced, withdrawn,
    superseded or expired; or disputed, where a stolen key signed it. ``turns`` is its life, in the
    order of recording. ``due_on`` is the day by which a suspension is to end. ``drawn_g`` is what
    was packed under it by now.
    """

    id: str
    number: str
    profile: str
    scheme: str
    issuer: Party
    issued_to: Party
    areas: tuple[str, ...]
    season: str
    from_on: str
    until_on: str
    on: str
    size: int
    state: str
    is_in_force: bool
    since: str
    due_on: str
    is_overdue: bool
    area_m2: int
    quota_g: int
    drawn_g: int
    turns: tuple[Turn, ...]
    entry: int


class Resting(Struct, frozen=True, kw_only=True):
    """A packed lot whose mark rests on an attestation, and what it was worth when it was packed.

    ``reached_g`` is how far its grant was drawn once it was packed; ``is_beyond`` that the grant
    was reduced to less than that. ``valid_when`` is shipped where every bag had left while the
    attestation was in force, else packed, and empty where it was not in force even then.
    """

    lot: str
    packed_on: str
    grant: str
    reached_g: int
    is_beyond: bool
    valid_when: str


class Impact(Struct, frozen=True, kw_only=True):
    """What rests on an attestation: the marked lots, and everything that came of them."""

    standing: Standing
    lots: tuple[Resting, ...]
    affected: Affected


class Ending(Struct, frozen=True, kw_only=True):
    """Something that ends: an attestation, a suspension's term, an accreditation, a key, a code.

    ``of`` is whose it is, or who is to act; ``what`` says more, such as the scheme of a role.
    """

    kind: str
    name: str
    of: str
    what: str
    ends_on: str


def standing_of(view: Reading, name: str, on: str, at_size: int | None = None) -> Standing:
    """Return how the attestation or application of a name stands on a day.

    With ``at_size`` only what the first so many entries said counts.
    """
    whole = view.head().size
    if at_size is not None and at_size > whole:
        raise NotFoundError("not_published", index=at_size, size=whole)
    size = whole if at_size is None else at_size
    asked = find(view, Application, f"application:{name}")
    if asked is not None:
        return _applied(view, asked, on, size)
    known = life.known_at(attestation := attestation_named(view, name), size)
    if known is None:
        raise NotFoundError("not_recorded_then", name=attestation.number, size=size)
    return _standing(view, known, on, size)


def impact_of(view: Reading, name: str, on: str, links_max: int | None = None) -> Impact:
    """Return what rests on an attestation, as it stands on a day."""
    attestation = attestation_named(view, name)
    scope = Scope(kind="attestation", id=attestation.id)
    affected = trace(view, scope, "forward", links_max=links_max)
    return Impact(
        standing=_standing(view, attestation, on, affected.size),
        lots=tuple(_resting(view, attestation, affected, on)),
        affected=affected,
    )


def ending_before(view: Reading, today: str, before: str) -> list[Ending]:
    """Return what ends from today until a day, both included, the first to end first."""
    founding = find(view, Founding, "ledger:")
    months = founding.settings.suspension_months if founding else 0
    found = [
        *_ending_attestations(view, today, months),
        *_ending_accreditations(view, today),
        *_ending_offices(view, today),
        *_ending_keys(view),
        *_ending_codes(view, today),
    ]
    wanted = [one for one in found if today <= one.ends_on <= before]
    return sorted(wanted, key=lambda one: (one.ends_on, one.kind, one.name, one.what))


def waiting_for(view: Reading, certifier: str = "") -> list[Application]:
    """Return the applications that wait for an answer, of one certifier or of all, oldest first."""
    found = (
        one
        for one in view.every(Application, "application")
        if one.is_waiting and certifier in {"", one.certifier}
    )
    return sorted(found, key=lambda one: one.index)


def _standing(view: Reading, of: Attestation, on: str, size: int) -> Standing:
    founding = find(view, Founding, "ledger:")
    assert founding is not None, "nothing is attested before the founding"
    due_on = life.suspension_due(of, on, founding.settings.suspension_months)
    area_m2, quota_g = life.figures_on(of, on)
    known = parties(view, {of.issuer, of.issued_to})
    state = attestations.stage(view, of, on, size)
    return Standing(
        id=of.id,
        number=of.number,
        profile=of.profile,
        scheme=of.scheme,
        issuer=known[of.issuer],
        issued_to=known[of.issued_to],
        areas=of.areas,
        season=of.season,
        from_on=of.from_on,
        until_on=of.until_on,
        on=on,
        size=size,
        state=state,
        is_in_force=state in life.IN_FORCE,
        since=life.since(of, on),
        due_on=due_on,
        is_overdue=bool(due_on) and due_on < on,
        area_m2=area_m2,
        quota_g=quota_g,
        drawn_g=of.drawn_g,
        turns=of.spells,
        entry=of.index,
    )


def _applied(view: Reading, asked: Application, on: str, size: int) -> Standing:
    """Return how an application stands: applied until it was answered, then as its answer does.

    Declined is an answer too.
    """
    if asked.index >= size:
        raise NotFoundError("not_recorded_then", name=asked.id, size=size)
    answer = find(view, Attestation, f"attestation:{asked.attestation}")
    known = life.known_at(answer, size) if answer else None
    if known is not None:
        return _standing(view, known, on, size)
    there = parties(view, {asked.certifier, asked.applicant})
    declined = asked.declined if asked.declined and asked.declined.index < size else None
    return Standing(
        id=asked.id,
        number="",
        profile=asked.profile,
        scheme=asked.scheme,
        issuer=there[asked.certifier],
        issued_to=there[asked.applicant],
        areas=asked.areas,
        season=asked.season,
        from_on="",
        until_on="",
        on=on,
        size=size,
        state="declined" if declined else "applied",
        is_in_force=False,
        since=declined.on if declined else asked.applied_on,
        due_on="",
        is_overdue=False,
        area_m2=asked.area_m2,
        quota_g=asked.quota_g,
        drawn_g=0,
        turns=(),
        entry=asked.index,
    )


def _resting(view: Reading, of: Attestation, affected: Affected, on: str) -> Iterator[Resting]:
    lots = find_all(view, Lot, (f"lot:{name}" for name in affected.starts))
    grants = find_all(view, Attestation, {f"attestation:{lot.grant}" for lot in lots.values()})
    reached = {key: reached_by_lot(view, grant) for key, grant in grants.items()}
    left = _left_on(view, affected)
    for lot in lots.values():
        grant = grants[f"attestation:{lot.grant}"]
        reached_g = reached[grant.key].get(lot.id, 0)
        yield Resting(
            lot=lot.id,
            packed_on=lot.born_on,
            grant=grant.number,
            reached_g=reached_g,
            is_beyond=reached_g > life.figures_on(grant, on)[1],
            valid_when=_valid_when(view, of, lot.born_on, left.get(lot.id, ""), on),
        )


def _valid_when(view: Reading, of: Attestation, packed_on: str, left_on: str, on: str) -> str:
    """Return up to which step of a lot an attestation was in force: shipped, packed, or none."""
    if attestations.standing(view, of, packed_on) != "granted":
        return ""
    is_good = life.state_of(of, on) == "granted"
    return "shipped" if left_on and (is_good or left_on < life.since(of, on)) else "packed"


def _left_on(view: Reading, affected: Affected) -> Mapping[str, str]:
    """Return the day on which the last bag of each lot left in a container, where all have."""
    shipped_on = {(row.container, row.index): row.shipped_on for row in affected.containers}
    pallets = find_all(view, Pallet, (f"pallet:{row.pallet}" for row in affected.pallets))
    gone_g: dict[str, int] = {}
    last: dict[str, str] = {}
    for link in affected.links:
        day = shipped_on.get((link.target.removeprefix(_CONTAINER), link.index), "")
        if day:
            pallet = pallets.get(f"pallet:{link.source}")
            lot = pallet.lot if pallet else link.source
            gone_g[lot] = gone_g.get(lot, 0) + link.mass_g
            last[lot] = max(last.get(lot, ""), day)
    whole_g = {row.lot: row.bags * row.bag_g for row in affected.lots}
    return {lot: last[lot] for lot, mass_g in gone_g.items() if mass_g >= whole_g.get(lot, 0) > 0}


def _ending_attestations(view: Reading, today: str, months: int) -> Iterator[Ending]:
    for one in view.every(Attestation, "attestation"):
        state = life.state_of(one, today)
        if state in {"withdrawn", "superseded"}:
            continue
        yield Ending(
            kind="attestation",
            name=one.number,
            of=one.issued_to,
            what=one.profile,
            ends_on=one.until_on,
        )
        due_on = life.suspension_due(one, today, months)
        if due_on:
            yield Ending(
                kind="suspension", name=one.number, of=one.issuer, what=one.profile, ends_on=due_on
            )


def _ending_accreditations(view: Reading, today: str) -> Iterator[Ending]:
    for one in view.every(Accreditation, "accreditation"):
        if accreditation.state_of(one, today) != "withdrawn":
            yield _end("accreditation", one.role, one.actor, one.until_on, one.scheme)


def _ending_offices(view: Reading, today: str) -> Iterator[Ending]:
    for actor in view.every(Actor, "actor"):
        for role in actor.roles:
            if role.ended_on and role.ended_on > today:
                yield _end("role", role.role, actor.id, role.ended_on, role.scheme)
        if actor.licence_to_on:
            yield _end("licence", actor.licence_number, actor.id, actor.licence_to_on)


def _ending_keys(view: Reading) -> Iterator[Ending]:
    for key in view.every(Key, "key"):
        if key.revoked_index is None:
            yield _end("key", key.kid, key.actor, local_day(parse_instant(key.not_after)))


def _ending_codes(view: Reading, today: str) -> Iterator[Ending]:
    for area in view.every(Area, "area"):
        spell = state_on(area.spells, today)
        if spell is None or spell.state != "revoked":
            yield _end("area", area.code, area.manager, area.expires_on)


def _end(kind: str, name: str, of: str, ends_on: str, what: str = "") -> Ending:
    return Ending(kind=kind, name=name, of=of, what=what, ends_on=ends_on)
