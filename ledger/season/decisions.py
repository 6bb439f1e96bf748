"""What offices decide and what two sign together: inspections, contracts, baselines, decisions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from ledger.imports.reasons import reason_in
from ledger.imports.rows import Baseline, Certification, Contract, ContractPrice, Inspection
from ledger.rice import acts, credentials
from ledger.rice.credentials import Attested
from ledger.rice.disclosed import Private
from ledger.rice.terms import contract_uri
from ledger.season.books import Books, Saying, at

_CHANGES = {
    "suspension": "suspended",
    "reinstatement": "reinstated",
    "reduction": "reduced",
    "withdrawal": "withdrawn",
    "supersession": "superseded",
}
_MEASURES = (
    ("seed-rate", "seed_kg_per_ha", "KGM"),
    ("nitrogen-reduction", "n_reduction_pct", "P1"),
    ("pesticide-reduction", "pesticide_reduction_pct", "P1"),
    ("water-reduction", "water_reduction_pct", "P1"),
    ("straw-collected", "straw_collected_pct", "P1"),
    ("baseline-co2e-per-ha", "baseline_kg_co2e_per_ha", "KGM"),
    ("project-co2e-per-ha", "project_kg_co2e_per_ha", "KGM"),
    ("ghg-reduction", "ghg_reduction_pct", "P1"),
)


def sayings(books: Books) -> Iterator[Saying]:
    """Yield inspections, what two parties agreed on, and decisions with what became of them."""
    for seen in books.rows("inspections", Inspection):
        found = at(seen.inspected_on, "09:00:00")
        yield Saying(found, (seen.inspector,), partial(_seen, seen), seen)
    for row in books.rows("contracts", Contract):
        signed = at(max(row.seller_signed_on, row.buyer_signed_on), "10:00:00")
        yield Saying(signed, (row.seller, row.buyer), partial(_contract, books, row), row)
    for base in books.rows("baselines", Baseline):
        signed, parties = at(base.signed_on, "10:00:00"), (base.cooperative, base.verifier)
        yield Saying(signed, parties, partial(_baseline, books, base), base)
    for decision in books.rows("certifications", Certification):
        make = _change if decision.decision in _CHANGES else _credential
        decided = at(decision.decided_on, "16:00:00")
        yield Saying(decided, (decision.issuer,), partial(make, books, decision), decision)


def private_of(books: Books) -> Iterator[Private]:
    """Yield what is private of each contract whose buyer's key is here."""
    for row in books.rows("contracts", Contract):
        if row.buyer in books.keyring:
            yield from _private(books, row)


def _private(books: Books, row: Contract) -> Iterator[Private]:
    of = contract_uri(row.number)
    for price in books.rows("contracts_private", ContractPrice):
        if price.number != row.number:
            continue
        fields = (
            ("price", price.price_vnd_per_kg),
            ("bonus", price.bonus_vnd_per_kg),
            ("advance", price.advance_vnd_per_ha),
        )
        for field, value in fields:
            if value is not None:
                salt = books.keyring.secret(row.buyer, f"private/contract/{of}/{field}")
                yield Private("contract", of, field, salt, str(value))


def _contract(books: Books, row: Contract) -> acts.SignContract:
    digests = {private.field: private.digest for private in _private(books, row)}
    return acts.SignContract(
        contract=contract_uri(row.number),
        seller=row.seller,
        buyer=row.buyer,
        season=row.season,
        areas=row.areas,
        area_m2=row.area_m2,
        variety=row.variety,
        seller_signed_on=row.seller_signed_on.isoformat(),
        buyer_signed_on=row.buyer_signed_on.isoformat(),
        **digests,
    )


def _baseline(books: Books, row: Baseline) -> acts.SignBaseline:
    return acts.SignBaseline(
        area=row.area,
        season=row.season,
        scheme=books.programme.scheme,
        cooperative=row.cooperative,
        verifier=row.verifier,
        signed_on=row.signed_on.isoformat(),
        seed_g_per_ha=row.seed_g_per_ha,
        n_g_per_ha=row.n_g_per_ha,
        sprayings=row.pesticide_applications,
        water_l_per_ha=row.water_l_per_ha,
        straw_buried_lt_30_g_per_ha=row.straw_buried_lt_30_g_per_ha,
        straw_buried_gt_30_g_per_ha=row.straw_buried_gt_30_g_per_ha,
        straw_burned_g_per_ha=row.straw_burned_g_per_ha,
        regime=row.regime,  # type: ignore[arg-type]  # a closed word of the file kind
        preseason=row.preseason,  # type: ignore[arg-type]
        days=row.days,
    )


def _seen(row: Inspection) -> acts.InspectArea:
    return acts.InspectArea(
        area=row.area,
        inspected_on=row.inspected_on.isoformat(),
        stage=row.growth_stage,
        diary_kept=row.diary_kept,
        packaging_collected=row.packaging_collected,
        result=row.result,  # type: ignore[arg-type]  # a closed word of the file kind
        report=row.report,
    )


def _change(books: Books, row: Certification) -> acts.ChangeAttestation:
    state = _CHANGES[row.decision]
    is_reduced = state == "reduced"
    return acts.ChangeAttestation(
        attestation=books.attestation_id(row.basis),
        state=state,  # type: ignore[arg-type]
        from_on=row.valid_from.isoformat(),
        reason=reason_in(row.reason),  # type: ignore[arg-type]  # a closed word
        remark=row.reason,
        paper=row.number,
        decided_by=row.issuer,
        area_m2=(row.area_m2 or 0) if is_reduced else 0,
        quota_g=(row.quota_g or 0) if is_reduced else 0,
        successor=books.attestation_id(row.successor) if row.successor else "",
    )


def _credential(books: Books, row: Certification) -> bytes:
    programme = books.programme
    assert row.valid_to is not None, "a decision that grants has a last day"
    profile = programme.profile(row.decision)
    attested = Attested(
        id=books.attestation_id(row.number),
        number=row.number,
        profile=profile.id,
        version=programme.published.version,
        scheme=programme.scheme,
        issuer_did=programme.did(row.issuer),
        issued_to_did=programme.did(row.holder),
        areas=row.areas,
        season=row.season,
        from_on=row.valid_from.isoformat(),
        until_on=row.valid_to.isoformat(),
        area_m2=row.area_m2 or 0,
        quota_g=row.quota_g or 0,
        figures=_figures(row),
        statuses=(books.status_entry(row.issuer, row.number),),
    )
    return credentials.write_credential(
        attested,
        profile,
        names={
            programme.scheme: programme.published.name.vi,
            attested.issuer_did: books.name_of(row.issuer),
            attested.issued_to_did: books.name_of(row.holder),
        },
        area_uris={code: f"https://{programme.host}/areas/{code}" for code in row.areas},
    )


def _figures(row: Certification) -> dict[str, str]:
    figures = {
        name: f"{value:f} {unit}"
        for name, field, unit in _MEASURES
        if isinstance(value := getattr(row, field), Decimal)
    }
    return figures | ({"water-regime": row.regime} if row.regime else {})
