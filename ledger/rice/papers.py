"""Contracts, baselines, papers and households: what is agreed and shown, and how it is found again.

Who may say so is `offices`'; the land they speak of is `areas`'.
"""

from __future__ import annotations

from msgspec import structs

from ledger.log import encoding
from ledger.rice import acts
from ledger.rice.actors import Reason
from ledger.rice.case import CaseOf, Outcome
from ledger.rice.events import Harvest
from ledger.rice.facts import Area
from ledger.rice.paper_facts import Baseline, Contract, Erasures, Household, Paper
from ledger.rice.terms import number_of

Numbered = (
    acts.InspectArea
    | acts.SignContract
    | acts.SignBaseline
    | acts.PresentPaper
    | acts.EnrolHousehold
)
"""What stands under a number of its own."""


def unsigned_party(case: CaseOf[acts.SignContract | acts.SignBaseline]) -> Reason:
    """What two say together is signed by one of them only, or by somebody else."""
    body = case.body
    if isinstance(body, acts.SignContract):
        parties = {body.seller, body.buyer}
    else:
        parties = {body.cooperative, body.verifier}
    if case.speakers == parties:
        return None
    signed = ", ".join(sorted(case.speakers)) or "-"
    return {"parties": ", ".join(sorted(parties)), "actors": signed}


def act_in_future(
    case: CaseOf[
        acts.InspectArea
        | acts.SignContract
        | acts.SignBaseline
        | acts.PresentPaper
        | acts.RecordErasure
        | acts.MarkBags
    ],
) -> Reason:
    """Something was found, signed, issued or sold on a day that is still to come."""
    match case.body:
        case acts.InspectArea(inspected_on=on) | acts.SignBaseline(signed_on=on):
            pass
        case acts.PresentPaper(issued_on=on) | acts.RecordErasure(erased_on=on):
            pass
        case acts.MarkBags(marked_at=at):
            on = encoding.local_day(encoding.parse_instant(at))
        case acts.SignContract(seller_signed_on=one, buyer_signed_on=other):
            on = max(one, other)
    return {"on": on} if on > case.recorded_on else None


def taken_number(case: CaseOf[Numbered]) -> Reason:
    """A number is used again, with other contents."""
    match case.body:
        case acts.InspectArea(area=code, report=report):
            area = case.know(Area, f"area:{code}")
            taken = any(each.report == report for each in area.inspections)
            return {"number": report} if taken else None
        case acts.SignContract(contract=uri):
            return {"number": number_of(uri)} if case.find(Contract, f"contract:{uri}") else None
        case acts.SignBaseline(area=code, season=season):
            origin = f"{code}/{season}"
            return {"number": origin} if case.find(Baseline, f"baseline:{origin}") else None
        case acts.PresentPaper(paper=uri):
            return {"number": number_of(uri)} if case.find(Paper, f"paper:{uri}") else None
        case acts.EnrolHousehold(household=name, area=code):
            known = case.find(Household, f"household:{name}/{code}")
            return {"number": name} if known else None


def unknown_contract(case: CaseOf[Harvest]) -> Reason:
    """A harvest is sold under a contract that nobody has signed here."""
    uri = case.body.contract
    if not uri or case.find(Contract, f"contract:{uri}"):
        return None
    return {"contract": number_of(uri)}


def unfit_contract(case: CaseOf[Harvest]) -> Reason:
    """A harvest is sold under a contract of another season, of other land or of somebody else."""
    event = case.body
    if not event.contract:
        return None
    known = case.know(Contract, f"contract:{event.contract}")
    fits = (known.season, known.seller) == (event.season, case.speaker)
    if fits and event.area in known.areas:
        return None
    return {
        "contract": number_of(event.contract),
        "seller": known.seller,
        "season": known.season,
        "areas": ", ".join(known.areas),
        "area": event.area,
    }


def sign_contract(case: CaseOf[acts.SignContract], outcome: Outcome) -> None:
    """Keep a contract that both parties signed."""
    act = case.body
    outcome.put(
        Contract(
            id=act.contract,
            seller=act.seller,
            buyer=act.buyer,
            season=act.season,
            areas=act.areas,
            area_m2=act.area_m2,
            variety=act.variety,
            document=act.document,
            price=act.price,
            bonus=act.bonus,
            advance=act.advance,
            index=case.place.index,
        )
    )


def sign_baseline(case: CaseOf[acts.SignBaseline], outcome: Outcome) -> None:
    """Keep how rice was grown on an area before."""
    said = structs.asdict(case.body)
    del said["signed_on"]
    outcome.put(Baseline(**said, index=case.place.index))


def present(case: CaseOf[acts.PresentPaper], outcome: Outcome) -> None:
    """Keep that there is such a paper, and who showed it."""
    act = case.body
    outcome.put(
        Paper(
            id=act.paper,
            kind=act.kind,
            issuer=act.issuer,
            issued_on=act.issued_on,
            concerns=act.concerns,
            digest=act.digest,
            shown_by=case.speaker,
            index=case.place.index,
        )
    )


def enrol(case: CaseOf[acts.EnrolHousehold], outcome: Outcome) -> None:
    """Keep that a household grows rice on an area."""
    act = case.body
    outcome.put(
        Household(
            id=act.household,
            area=act.area,
            name=act.name,
            phone=act.phone,
            land=act.land,
            index=case.place.index,
        )
    )


def record_erasure(case: CaseOf[acts.RecordErasure], outcome: Outcome) -> None:
    """Count what was deleted beside the log."""
    before = case.find(Erasures, f"erasures:{case.speaker}")
    fields = case.body.fields + (before.fields if before else 0)
    outcome.put(Erasures(actor=case.speaker, fields=fields))
