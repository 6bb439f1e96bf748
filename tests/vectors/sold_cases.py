"""The cases about what is sold under a grant beside the bags, and about reductions sold as credits.

A sale of ours in bulk, a sale of a neighbour's rice under the same grant, a claim in a registry:
each takes something that can be taken once.
"""

from __future__ import annotations

from msgspec import structs

from ledger.rice import acts
from tests.profiles import EMISSIONS
from tests.vectors import small_harvest as season
from tests.vectors.scenes import BAGS_URI, Made, case, scene
from tests.vectors.small_harvest import Step, and_then, instead, on

IN_BULK = season.uri(season.RICE, "M1")
OF_A_NEIGHBOUR = season.uri(season.RICE, "M2")


def _sale(sold_g: int, number: str = "GD-01", *, grant: str = "CN-01", **more: object) -> bytes:
    """Return a sale under a grant, of the rice in the bag where nothing else is said."""
    members = {
        "area_m2": 0,
        "figures": {},
        "lot": IN_BULK,
        "sold_g": sold_g,
        "licence": season.attestation_id(grant),
    } | more
    return season.credential(number, "transaction", season.ASSOCIATION, season.MILL, **members)  # type: ignore[arg-type]


def _grant(number: str, **more: object) -> bytes:
    return season.credential(number, "grant", season.ASSOCIATION, season.MILL, **more)  # type: ignore[arg-type]


def _sold(*sales: bytes, of: list[Step] | None = None) -> list[Step]:
    """Return the season and these sales, after the packing."""
    steps = (Step(f"sale {at}", on(f"04-{21 + at}"), data) for at, data in enumerate(sales))
    return and_then(of or season.steps(), *steps)


def _suspended() -> list[Step]:
    change = season.change("CN-01", "suspended", "2026-04-20", season.ASSOCIATION)
    return and_then(season.steps(), Step("suspended", on("04-20"), change))


@case("sold-in-bulk-before-suspension")
def sold_in_bulk_before_suspension() -> Made:
    """Rice was sold under the grant on the last day before it was suspended."""
    return scene(_sold(_sale(50_000, from_on="2026-04-19"), of=_suspended())).made()


@case("sold-in-bulk-while-suspended_fail")
def sold_in_bulk_while_suspended() -> Made:
    """Rice was sold under the grant on the first day on which it was suspended."""
    return scene(_sold(_sale(50_000, from_on="2026-04-20"), of=_suspended())).made()


def _under_two_grants(*areas: str) -> Made:
    """Return the scene in which rice of both areas is sold under a second grant, for these."""
    steps = instead(season.steps(), "grant", _grant("CN-01", quota_g=900_000, area_m2=100_000))
    second = _grant("CN-02", quota_g=900_000, area_m2=100_000, areas=areas)
    steps = and_then(steps, Step("second grant", on("04-04"), second))
    return scene(_sold(_sale(50_000, grant="CN-02", areas=areas), of=steps)).made()


@case("sold-in-bulk-under-a-second-grant")
def sold_in_bulk_under_a_second_grant() -> Made:
    """Rice of both areas was sold under a second grant, which names both as well."""
    return _under_two_grants(season.AREA_1, season.AREA_2)


@case("sold-in-bulk-under-grant-of-other-land_fail")
def sold_in_bulk_under_grant_of_other_land() -> Made:
    """Rice of both areas was sold under a second grant, which names the first one only."""
    return _under_two_grants(season.AREA_1)


@case("marked-bags-sold-in-bulk_fail")
def marked_bags_sold_in_bulk() -> Made:
    """The bags that carry the mark are sold under the grant once more, as if they carried none."""
    return scene(_sold(_sale(50_000, lot=BAGS_URI))).made()


def _sold_twice(then_g: int) -> Made:
    """Return the scene in which 400 kg of 600 kg of rice were sold, and then so many grams."""
    steps = instead(season.steps(), "grant", _grant("CN-01", quota_g=2_000_000))
    return scene(_sold(_sale(400_000), _sale(then_g, "GD-02"), of=steps)).made()


@case("sold-in-bulk-to-the-last-gram")
def sold_in_bulk_to_the_last_gram() -> Made:
    """Two sales under the grant speak of all the rice there was of one milling."""
    return _sold_twice(200_000)


@case("sold-in-bulk-twice_fail")
def sold_in_bulk_twice() -> Made:
    """Two sales under the grant speak of a gram more than there was of one milling."""
    return _sold_twice(200_001)


@case("sold-in-bulk-all-that-was-left")
def sold_in_bulk_all_that_was_left() -> Made:
    """A sale takes all that the bags had left of the grant."""
    return scene(_sold(_sale(500_000))).made()


@case("sold-in-bulk-one-gram-too-much_fail")
def sold_in_bulk_one_gram_too_much() -> Made:
    """A sale takes a gram more than the bags had left of the grant."""
    return scene(_sold(_sale(500_001))).made()


# Sales of rice that nobody asks about, under the same grant.


def _neighbours(*sales: bytes) -> list[Step]:
    milled = season.event(season.milling("M2"), season.MILL)
    return _sold(*sales, of=and_then(season.steps(), Step("milling 2", on("04-05"), milled)))


@case("neighbour-sold-in-bulk")
def neighbour_sold_in_bulk() -> Made:
    """Rice nobody asks about was sold under the grant; that sale's certificate was suspended."""
    change = season.change("GD-01", "suspended", "2026-04-25", season.ASSOCIATION)
    sold = _neighbours(_sale(500_000, lot=OF_A_NEIGHBOUR))
    return scene(and_then(sold, Step("change", on("04-25"), change))).made()


@case("neighbour-sold-in-bulk-too-much_fail")
def neighbour_sold_in_bulk_too_much() -> Made:
    """Rice nobody asks about was sold under the grant, a gram more than the bags had left."""
    return scene(_neighbours(_sale(500_001, lot=OF_A_NEIGHBOUR))).made()


@case("neighbour-sold-nothing_fail")
def neighbour_sold_nothing() -> Made:
    """A sale of rice nobody asks about does not say how much was sold under the grant."""
    return scene(_neighbours(_sale(0, lot=OF_A_NEIGHBOUR))).made()


@case("status-place-of-a-sale_fail")
def status_place_of_a_sale() -> Made:
    """A confirmation has the place in the status list that a neighbour's sale has already."""
    place = season.status_entry("GD-01", season.ASSOCIATION)
    again = season.credential(
        *("XN-02", "conformity", season.CONFIRMER, season.GROWER_1), statuses=(place,)
    )
    sold = _neighbours(_sale(50_000, lot=OF_A_NEIGHBOUR))
    return scene(and_then(sold, Step("again", on("04-25"), again))).made()


# Reductions. What may be claimed of the first area is 49,997.5 kg, rounded down.


def _claimed(*claims: tuple[str, int]) -> Made:
    """Return the scene in which the first area's reduction is claimed: on what, how many kg."""
    statement = season.credential(
        *("TT-01", "ghg", season.CONFIRMER, season.GROWER_1), areas=(season.AREA_1,)
    )
    confirming = structs.replace(EMISSIONS, signers=("confirmer",))
    steps = instead(season.steps(), "scheme", season.scheme("1.0.0", confirming))
    said = (
        acts.ClaimReduction(
            area=season.AREA_1,
            season=season.SEASON,
            statement=season.attestation_id(number),
            reduction_kg=reduction_kg,
            registry="VCS",
            number=f"VCS-2026-{at}",
        )
        for at, (number, reduction_kg) in enumerate(claims, 1)
    )
    claimed = (
        Step(f"claim {at}", on(f"04-{20 + at}"), season.act(each, season.GROWER_1))
        for at, each in enumerate(said)
    )
    return scene(and_then(steps, Step("ghg", on("04-15"), statement), *claimed)).made()


@case("reduction-sold-without-statement_fail")
def reduction_sold_without_statement() -> Made:
    """A reduction is sold upon the confirmation, which says nothing of emissions."""
    return _claimed(("XN-01", 49_997))


@case("reduction-sold-twice_fail")
def reduction_sold_twice() -> Made:
    """The reduction of one of the fields is sold in one registry entry, and again in another."""
    return _claimed(("TT-01", 20_000), ("TT-01", 20_000))


@case("reduction-sold-above-verified_fail")
def reduction_sold_above_verified() -> Made:
    """A kilogram more is sold than was verified for the hectares of the field."""
    return _claimed(("TT-01", 49_998))
