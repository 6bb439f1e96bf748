"""A certifier's desk: what it is asked for, what it vouched for, and how each of these stands.

Every row stands on exactly one list, with the one step that comes next. To find where records
differ from what was attested, dossiers are worked out again, for at most `COMPARED_MAX` of the
rows: what was left out is said, and a season or commune narrows it down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from ledger.dossier import attestations_over, dossier
from ledger.rice import attestations, life
from ledger.rice.accreditation_facts import Accreditation
from ledger.rice.certificate_facts import Attestation
from ledger.rice.facts import Actor, Area, Founding, find
from ledger.rice.life_facts import Application
from ledger.store.store import Reading
from ledger.tracing import find_all

COMPARED_MAX = 40
SOON = timedelta(days=60)

List = Literal["waiting", "doubtful", "expiring", "granted", "over"]
LISTS: tuple[List, ...] = ("waiting", "doubtful", "expiring", "granted", "over")
Step = Literal["decide", "second", "look", "reinstate", "renew", "show", "answered"]


class Row(Struct, frozen=True, kw_only=True):
    """One application or attestation on a list, why it is there, and what comes next.

    ``about`` are codes of what is open: ``differs``, ``disputed``, ``suspended``, ``overdue``, or
    ``unsupported`` where what it needs is no longer in force.
    """

    list: List
    name: str
    number: str
    profile: str
    scheme: str
    party: str
    areas: tuple[str, ...]
    communes: tuple[str, ...]
    season: str
    area_m2: int
    quota_g: int
    state: str
    from_on: str
    until_on: str
    about: tuple[str, ...]
    next: Step
    entry: int


class Desk(Struct, frozen=True, kw_only=True):
    """The rows of one certifier; ``uncompared`` of them were not held against the records."""

    on: str
    size: int
    rows: tuple[Row, ...]
    uncompared: int
    seasons: tuple[str, ...]
    communes: tuple[str, ...]

    def of(self, wanted: str) -> list[Row]:
        """Return the rows of one list."""
        return [row for row in self.rows if row.list == wanted]


def desk(view: Reading, certifier: str, on: str, season: str = "", commune: str = "") -> Desk:
    """Return what is on a certifier's desk on a day, of one season or commune or of all."""
    sorter = _Sorter(view, on)
    known = [one for one in view.every(Attestation, "attestation") if one.issuer == certifier]
    asked = [one for one in view.every(Application, "application") if one.certifier == certifier]
    places = sorter.communes_of((*known, *asked))

    def is_wanted(one: Attestation | Application) -> bool:
        return season in {"", one.season} and (not commune or commune in places[one.key])

    rows = [sorter.attested(one, places[one.key]) for one in known if is_wanted(one)]
    # What an attestation answers has a row of its own.
    unanswered = (one for one in asked if not one.attestation)
    rows += [sorter.asked(one, places[one.key]) for one in unanswered if is_wanted(one)]
    return Desk(
        on=on,
        size=view.head().size,
        rows=tuple(sorted(rows, key=lambda row: (row.until_on, row.entry))),
        uncompared=sorter.uncompared,
        seasons=tuple(sorted({one.season for one in known} | {one.season for one in asked})),
        communes=tuple(sorted({code for each in places.values() for code in each})),
    )


def is_certifier(view: Reading, actor: Actor) -> bool:
    """Whether an organisation may vouch for something: accredited, or with a scheme of its own."""
    owns = any(role.role == "scheme_owner" for role in actor.roles)
    return owns or any(one.actor == actor.id for one in view.every(Accreditation, "accreditation"))


class _Sorter:
    """Puts applications and attestations on lists."""

    def __init__(self, view: Reading, on: str) -> None:
        self._view = view
        self._on = on
        self._soon = (date.fromisoformat(on) + SOON).isoformat()
        founding = find(view, Founding, "ledger:")
        self._months = founding.settings.suspension_months if founding else 0
        self._compared = 0
        self.uncompared = 0

    def communes_of(self, rows: Sequence[Attestation | Application]) -> dict[str, tuple[str, ...]]:
        """Return the communes that each of these is about, by its key."""
        codes = {code for one in rows for code in one.areas}
        areas = find_all(self._view, Area, (f"area:{code}" for code in codes))
        return {
            one.key: tuple(
                sorted({areas[f"area:{c}"].commune for c in one.areas if f"area:{c}" in areas})
            )
            for one in rows
        }

    def asked(self, one: Application, communes: tuple[str, ...]) -> Row:
        """Return the row of an application that no attestation answers."""
        declined = one.declined
        return Row(
            list="over" if declined else "waiting",
            name=one.id,
            number="",
            profile=one.profile,
            scheme=one.scheme,
            party=one.applicant,
            areas=one.areas,
            communes=communes,
            season=one.season,
            area_m2=one.area_m2,
            quota_g=one.quota_g,
            state="declined" if declined else "applied",
            from_on=one.applied_on,
            until_on="",
            about=(declined.reason,) if declined else (),
            next="answered" if declined else "decide",
            entry=one.index,
        )

    def attested(self, one: Attestation, communes: tuple[str, ...]) -> Row:
        """Return the row of an attestation."""
        state = attestations.stage(self._view, one, self._on)
        about = tuple(self._about(one, state))
        on_list, step = self._place(one, state, about)
        area_m2, quota_g = life.figures_on(one, self._on)
        return Row(
            list=on_list,
            name=one.id,
            number=one.number,
            profile=one.profile,
            scheme=one.scheme,
            party=one.issued_to,
            areas=one.areas,
            communes=communes,
            season=one.season,
            area_m2=area_m2,
            quota_g=quota_g,
            state=state,
            from_on=one.from_on,
            until_on=one.until_on,
            about=about,
            next=step,
            entry=one.index,
        )

    def _place(self, one: Attestation, state: str, about: tuple[str, ...]) -> tuple[List, Step]:
        if state == "pending" and "grant" in one.two_persons and not one.spells[1:]:
            return "waiting", "second"
        if state == "suspended":
            return "doubtful", "reinstate"
        if about:
            return "doubtful", "look"
        if state not in life.IN_FORCE | {"pending"}:
            return "over", "show"
        if state in life.IN_FORCE and one.until_on <= self._soon:
            return "expiring", "renew"
        return "granted", "show"

    def _about(self, one: Attestation, state: str) -> Iterator[str]:
        if state == "disputed":
            yield "disputed"
        if state == "suspended":
            yield "suspended"
            due_on = life.suspension_due(one, self._on, self._months)
            if due_on and due_on < self._on:
                yield "overdue"
        if state not in life.IN_FORCE:
            return
        if self._differs(one):
            yield "differs"
        if any(not self._is_supported(one, code) for code in one.areas):
            yield "unsupported"

    def _differs(self, one: Attestation) -> bool:
        if len(one.areas) > 1 or not one.figures:
            return False
        if self._compared >= COMPARED_MAX:
            self.uncompared += 1
            return False
        self._compared += 1
        stated = dossier(self._view, one.areas[0], one.season).stated
        return any(each.differs for each in stated if each.number == one.number)

    def _is_supported(self, one: Attestation, code: str) -> bool:
        """Whether one attestation of each kind that it needs is in force for an area."""
        if not one.needs:
            return True
        known = attestations_over(self._view, f"{code}/{one.season}")
        good = {
            each.profile
            for each in known
            if each.scheme == one.scheme
            and attestations.standing(self._view, each, self._on) == "granted"
        }
        return good >= set(one.needs)
