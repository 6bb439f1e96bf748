"""The cases in which every signature and hash is good, and what was said does not hold together.

Here the log let in what its own rulebook refuses, or somebody later took back what they had said.
"""

from __future__ import annotations

from msgspec import structs

from ledger.rice import acts, events
from ledger.rice.facts import Lot
from tests.vectors import measured_season
from tests.vectors import small_harvest as season
from tests.vectors.scenes import SECOND_KEY, SUCCESSION, Made, case, scene
from tests.vectors.small_harvest import Step, and_then, instead, on, without
from tests.vectors.unruly_log import UnrulyLog


def _more(log: UnrulyLog, lot_id: str, extra_g: int) -> None:
    """Let the log believe that a lot holds more than its entries say."""
    lot = log.get(f"lot:{lot_id}")
    assert isinstance(lot, Lot)
    log.pretend(structs.replace(lot, left_g=lot.left_g + extra_g))


@case("key-unknown_fail")
def key_unknown() -> Made:
    """A harvest is signed with a key that no entry brings in."""
    slip = season.harvest(1, season.AREA_1, season.GROWER_1, 3_000_000)
    return scene(instead(season.steps(), "harvest 1", season.event(slip, "htx-bo-tre"))).made()


@case("key-after-revocation_fail")
def key_after_revocation() -> Made:
    """The mill's key was revoked a day before it signed the packing."""
    enrol = acts.EnrolKey(actor=season.MILL, key=season.new_key(SECOND_KEY))
    revoke = acts.RevokeKey(kid=season.key(season.MILL).public.kid, reason="rotated")
    return scene(
        and_then(
            season.steps(),
            Step("enrol", on("04-08"), season.act(enrol, *SUCCESSION)),
            Step("revoke", on("04-09"), season.act(revoke, SECOND_KEY)),
        )
    ).made()


@case("key-stolen_fail")
def key_stolen() -> Made:
    """The first cooperative's key was stolen an hour before it signed the harvest.

    The registrar says so weeks later: what it signed from then on is disputed, visibly.
    """
    revoke = acts.RevokeKey(
        kid=season.key(season.GROWER_1).public.kid,
        reason="compromised",
        invalid_from="2026-03-01T09:00:00Z",
    )
    step = Step("revoke", on("04-20"), season.act(revoke, season.REGISTRAR))
    return scene(and_then(season.steps(), step)).made()


@case("key-stolen-afterwards")
def key_stolen_afterwards() -> Made:
    """The same key was stolen after its last signature behind this bag: nothing is disputed."""
    revoke = acts.RevokeKey(
        kid=season.key(season.GROWER_1).public.kid,
        reason="compromised",
        invalid_from="2026-03-01T10:00:01Z",
    )
    step = Step("revoke", on("04-20"), season.act(revoke, season.REGISTRAR))
    return scene(and_then(season.steps(), step)).made()


@case("role-not-held_fail")
def role_not_held() -> Made:
    """A trader states a harvest; the log let it in."""
    trader = season.registration(
        season.GROWER_1, season.words("Thương lái", "Trader"), ("trader",), season.REGISTRAR
    )
    return scene(instead(season.steps(), season.GROWER_1, trader)).made()


@case("replayed-from-other-ledger_fail")
def replayed_from_other_ledger() -> Made:
    """A harvest that was signed for another ledger is counted here a second time."""
    slip = season.harvest(1, season.AREA_1, season.GROWER_1, 3_000_000)
    foreign = season.event(slip, season.GROWER_1, ledger="demo.rice.example/other")
    return scene(instead(season.steps(), "harvest 1", foreign)).made()


@case("mill-yield-one-gram-too-much_fail")
def mill_yield_one_gram_too_much() -> Made:
    """720.001 g of white rice from 1,000 g of paddy at 14 % moisture: no mill can do that."""
    milled = season.event(season.milling(head_g=720_001), season.MILL)
    return scene(instead(season.steps(), "milling", milled)).made()


@case("overdrawn-silo_fail")
def overdrawn_silo() -> Made:
    """The mill takes 4.5 t from a silo that holds 4.3 t."""
    silo = season.uri(season.PADDY, "SILO")
    milled = season.event(season.milling(taken_g=4_500_000), season.MILL)
    steps = instead(season.steps(), "milling", milled)
    shown = scene(steps, before={"milling": lambda log: _more(log, silo, 200_000)})
    return shown.made(let_in=("exceeds_lot",))


@case("neighbour-overdraws-silo_fail")
def neighbour_overdraws_silo() -> Made:
    """Rice nobody asks about takes 4 t from the silo after ours took 1 t: together too much."""
    silo = season.uri(season.PADDY, "SILO")
    other = season.event(season.milling("M2", taken_g=4_000_000), season.MILL)
    steps = and_then(season.steps(), Step("other", on("04-05"), other))
    shown = scene(steps, before={"other": lambda log: _more(log, silo, 1_000_000)})
    return shown.made(let_in=("exceeds_lot",))


@case("neighbour-draws-from-silo")
def neighbour_draws_from_silo() -> Made:
    """Rice nobody asks about takes what is left in the silo, to the gram."""
    other = season.event(season.milling("M2", taken_g=3_300_000), season.MILL)
    return scene(and_then(season.steps(), Step("other", on("04-05"), other))).made()


@case("neighbour-without-role_fail")
def neighbour_without_role() -> Made:
    """Somebody who is no mill is let into the silo; the rice in this bag is from the same one."""
    taken = events.Milling(
        event_id=season.event_id("milling M3"),
        at="2026-04-05T12:00:00+07:00",
        inputs=((season.uri(season.PADDY, "SILO"), 100_000),),
        outputs=((season.uri(season.RICE, "M3"), 60_000),),
        moisture_ppt=140,
        loss_g=0,
        custody="segregated",
    )
    step = Step("other", on("04-05"), season.event(taken, season.GROWER_1))
    return scene(and_then(season.steps(), step)).made()


@case("lot-of-somebody-else_fail")
def lot_of_somebody_else() -> Made:
    """The mill dries a slip that it never received."""
    return scene(without(season.steps(), "receiving 2")).made()


@case("custody-strengthened_fail")
def custody_strengthened() -> Made:
    """Rice of two areas is packed as if it had been kept apart by area."""
    packed = season.event(season.packing(custody="identity_preserved"), season.MILL)
    return scene(instead(season.steps(), "packing", packed)).made()


@case("area-suspended-before-harvest_fail")
def area_suspended_before_harvest() -> Made:
    """Weeks later the office ends an area's code from the day before its harvest."""
    body = acts.ChangeArea(
        area=season.AREA_1,
        state="suspended",
        from_on="2026-02-28",
        reason="hậu kiểm",
        paper="7/2026",
    )
    step = Step("change", on("04-20"), season.act(body, season.OFFICE))
    return scene(and_then(season.steps(), step)).made()


@case("labels-outnumber-bags_fail")
def labels_outnumber_bags() -> Made:
    """Twenty-one labels are issued for twenty bags."""
    shown = scene(instead(season.steps(), "labels", season.labels(count=21)))
    shown.log.disclose(season.batch(count=21), season.LOT, season.secret())
    serial = season.serial(7, count=21)
    return shown.made(shown.log.bundle(shown.signed, season.BAGGED, season.LOT, serial))


@case("dried-while-on-hold_fail")
def dried_while_on_hold() -> Made:
    """A slip was on hold when the mill dried it; the hold was cleared only afterwards."""
    slip = season.uri(season.PADDY, "P1")
    hold = acts.Hold(lots=(slip,), reason=season.words("chờ thử nghiệm", "waiting for a test"))
    held_at = [step.name for step in season.steps()].index("drying")
    clear = acts.ClearHold(lots=(slip,), hold_index=held_at, reason=season.words("đạt", "passed"))
    return scene(
        and_then(
            season.steps(),
            Step("hold", on("03-02", 12), season.act(hold, season.MILL)),
            Step("clear", on("03-04"), season.act(clear, season.MILL)),
        )
    ).made()


# Certificates.


@case("attestation-suspended-the-day-before_fail")
def attestation_suspended_the_day_before() -> Made:
    """The grant is suspended with effect from the day before the packing, ten days after it."""
    change = season.change("CN-01", "suspended", "2026-04-09", season.ASSOCIATION)
    return scene(and_then(season.steps(), Step("change", on("04-20"), change))).made()


@case("attestation-suspended-the-day-after")
def attestation_suspended_the_day_after() -> Made:
    """The grant is suspended with effect from the day after the packing: it covered this bag."""
    change = season.change("CN-01", "suspended", "2026-04-11", season.ASSOCIATION)
    return scene(and_then(season.steps(), Step("change", on("04-20"), change))).made()


@case("confirmation-withdrawn-the-day-before_fail")
def confirmation_withdrawn_the_day_before() -> Made:
    """The confirmation behind the grant is withdrawn with effect from the day before."""
    change = season.change("XN-01", "withdrawn", "2026-04-09", season.CONFIRMER)
    return scene(and_then(season.steps(), Step("change", on("04-20"), change))).made()


@case("issuer-not-accredited_fail")
def issuer_not_accredited() -> Made:
    """A commune office confirms without being accredited for the scheme."""
    return scene(without(season.steps(), "accreditation")).made()


@case("own-confirmation_fail")
def own_confirmation() -> Made:
    """A cooperative is accredited and confirms its own area."""
    steps = instead(season.steps(), "accreditation", season.accreditation(season.GROWER_1))
    own = season.credential("XN-01", "conformity", season.GROWER_1, season.MILL)
    return scene(instead(steps, "confirmation", own)).made()


@case("emission-measured-by-reporter_fail")
def emission_measured_by_reporter() -> Made:
    """The key that wrote the diary also read the tubes, and the log let the verifier's word in."""
    steps = measured_season.verified(season.TECHNICIAN, season.GROWER_1)
    return scene(and_then(season.steps(), *steps)).made()


@case("reduction-measured-by-reporter_fail")
def reduction_measured_by_reporter() -> Made:
    """The same, and the statement says only by how much the emission was cut."""
    steps = measured_season.verified(
        season.TECHNICIAN, season.GROWER_1, figures={"ghg-reduction": "62.5 P1"}
    )
    return scene(and_then(season.steps(), *steps)).made()


@case("grant-does-not-cover-area_fail")
def grant_does_not_cover_area() -> Made:
    """The grant names the first area; the bags hold rice of both."""
    grant = season.credential(
        "CN-01",
        "grant",
        season.ASSOCIATION,
        season.MILL,
        areas=(season.AREA_1,),
        quota_g=1_000_000,
    )
    return scene(instead(season.steps(), "grant", grant)).made()


@case("grant-of-somebody-else_fail")
def grant_of_somebody_else() -> Made:
    """The bags carry a mark that was granted to a cooperative, not to their packer."""
    grant = season.credential(
        "CN-01", "grant", season.ASSOCIATION, season.GROWER_1, quota_g=1_000_000
    )
    return scene(instead(season.steps(), "grant", grant)).made()


@case("quota-exceeded_fail")
def quota_exceeded() -> Made:
    """500 kg carry a mark that was granted for 400 kg."""
    grant = season.credential("CN-01", "grant", season.ASSOCIATION, season.MILL, quota_g=400_000)
    return scene(instead(season.steps(), "grant", grant)).made()


@case("quota-exceeded-by-neighbour_fail")
def quota_exceeded_by_neighbour() -> Made:
    """Another lot draws what is left of the grant, and a gram more than that."""
    grant = season.credential("CN-01", "grant", season.ASSOCIATION, season.MILL, quota_g=599_999)
    other = structs.replace(
        season.packing("L260411A"), bags=4, inputs=((season.uri(season.RICE, "M1"), 100_000),)
    )
    step = Step("other", on("04-11"), season.event(other, season.MILL))
    return scene(and_then(instead(season.steps(), "grant", grant), step)).made()
