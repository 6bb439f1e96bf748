"""The cases in which the log is honest, and the record is good, or says itself what is not."""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from ledger.rice import acts, events
from tests.vectors import measured_season
from tests.vectors import small_harvest as season
from tests.vectors.scenes import (
    BAGS_URI,
    SECOND_KEY,
    SUCCESSION,
    Made,
    Scene,
    bodies,
    case,
    payload_of,
    recall,
    scene,
)
from tests.vectors.small_harvest import Step, and_then, instead, on


@case("one-bag")
def one_bag() -> Made:
    """Twenty marked bags from two confirmed areas; everything is as it should be.

    A season with the sample keys, judged an hour after the log signed its state.
    """
    return scene().made()


@case("not-certified")
def not_certified() -> Made:
    """The packer names no grant: the record is sound, and nobody is said to have certified it."""
    bare = season.event(season.packing(grant=""), season.MILL)
    return scene(instead(season.steps(), "packing", bare)).made()


@case("shipped-with-others")
def shipped_with_others() -> Made:
    """Our bags left in a container with bags of another lot, of which the bundle says nothing.

    Twelve bags on a pallet and one loose one are ours; four loose bags are of a lot packed from the
    same rice. The container's entry is judged as far as it speaks of ours.
    """
    return crowded().made()


def crowded() -> Scene:
    """Return a log in which much else went on around this lot, all of it rightly."""
    loading = events.Loading(
        event_id=season.event_id("loading"),
        at="2026-04-12T09:00:00+07:00",
        container="CSQU3054383",
        pallets=(PALLET,),
        bags=((BAGS_URI, 1), (OTHER_URI, 4)),
        seal="DEMO1",
    )
    shipping = events.Shipping(
        event_id=season.event_id("shipping"),
        at="2026-04-12T10:00:00+07:00",
        container="CSQU3054383",
        consigned_to=season.did(season.GROWER_1),
        country="DE",
        papers=(),
    )
    return scene(
        and_then(
            season.steps(),
            _other_lot(),
            palletised(),
            Step("loading", on("04-12", 9), season.event(loading, season.MILL)),
            Step("shipping", on("04-12"), season.event(shipping, season.MILL)),
        )
    )


def palletised() -> Step:
    """Return how twelve bags of the lot are stacked."""
    pallet = events.Palletising(
        event_id=season.event_id("palletising"),
        at="2026-04-11T10:00:00+07:00",
        pallet=PALLET,
        lot=BAGS_URI,
        bags=12,
    )
    return Step("palletising", on("04-11"), season.event(pallet, season.MILL))


PALLET = "https://id.gs1.org/00/095212340000000013"
OTHER_URI = season.uri(season.BAGGED, "L260410B")


def _other_lot() -> Step:
    """Return the packing of four bags from what is left of the same rice."""
    packed = structs.replace(
        season.packing("L260410B"), bags=4, inputs=((season.uri(season.RICE, "M1"), 100_000),)
    )
    return Step("packing B", on("04-10", 12), season.event(packed, season.MILL))


@case("recalled")
def recalled() -> Made:
    """One act recalls this lot and another one, of which the bundle knows nothing.

    The other lot was packed from the same rice. What an act says of lots elsewhere must not hide
    what it says of this one.
    """
    step = Step("recall", on("04-20"), recall((OTHER_URI, BAGS_URI)))
    return scene(and_then(season.steps(), _other_lot(), step)).made()


@case("recalled-by-the-office")
def recalled_by_the_office() -> Made:
    """The authority of the commune where the rice grew recalls the lot."""
    step = Step("recall", on("04-20"), recall((BAGS_URI,), season.OFFICE))
    return scene(and_then(season.steps(), step)).made()


@case("recalled-by-number")
def recalled_by_number() -> Made:
    """Bags 5 to 9 of the lot are recalled, and bag 7 is one of them."""
    step = Step("recall", on("04-20"), recall((BAGS_URI,), bags=(5, 9)))
    return scene(and_then(season.steps(), step)).made()


@case("other-bags-recalled")
def other_bags_recalled() -> Made:
    """Bags 8 to 12 of the lot are recalled, and bag 7 is none of them: it is as good as before."""
    step = Step("recall", on("04-20"), recall((BAGS_URI,), bags=(8, 12)))
    return scene(and_then(season.steps(), step)).made()


@case("filled-from-recalled-bags")
def filled_from_recalled_bags() -> Made:
    """The lot was filled from the bags of another one, two of which are recalled.

    Nobody recorded which bags were opened for bag 7, so it is recalled too.
    """
    before = season.packing("L260410B")
    filled = events.Repacking(
        event_id=season.event_id("repacking"),
        at="2026-04-10T15:00:00+07:00",
        inputs=((OTHER_URI, season.BAGS),),
        lot=BAGS_URI,
        bags=season.BAGS,
        bag_g=season.BAG_G,
        packed_on=before.packed_on,
        best_before_on=before.best_before_on,
        custody=before.custody,
        grant=before.grant,
    )
    act = acts.Recall(
        lots=(OTHER_URI,),
        reason=season.words("bao ẩm", "damp bags"),
        contact="0292 000 000 (demo)",
        bag_ranges=(acts.BagRange(batch="L260410B", first=1, last=2),),
    )
    steps = instead(season.steps(), "packing", season.event(before, season.MILL))
    steps = instead(steps, "labels", season.labels("L260410B"))
    later = (
        Step("repacking", on("04-10", 12), season.event(filled, season.MILL)),
        Step("labels 2", on("04-10", 13), season.labels()),
        Step("recall", on("04-20"), season.act(act, season.MILL)),
    )
    return scene(and_then(steps, *later)).made()


@case("signed-by-a-phone")
def signed_by_a_phone() -> Made:
    """The harvest was signed with a key that the cooperative had enrolled for a phone."""
    enrol = acts.EnrolKey(actor=season.GROWER_1, key=season.new_key(SECOND_KEY, admin=False))
    slip = season.harvest(1, season.AREA_1, season.GROWER_1, 3_000_000)
    steps = instead(season.steps(), "harvest 1", season.event(slip, SECOND_KEY))
    step = Step("enrol", on("02-20"), season.act(enrol, season.GROWER_1, SECOND_KEY))
    return scene(and_then(steps, step)).made()


@case("recalled-in-the-field")
def recalled_in_the_field() -> Made:
    """A slip of paddy that went into the silo is recalled by the cooperative that grew it."""
    steps = and_then(
        season.steps(),
        Step("recall", on("04-20"), recall((season.uri(season.PADDY, "P2"),), season.GROWER_2)),
    )
    return scene(steps).made()


def _hold() -> Step:
    hold = acts.Hold(lots=(BAGS_URI,), reason=season.words("chờ thử nghiệm", "waiting for a test"))
    return Step("hold", on("04-20"), season.act(hold, season.MILL))


@case("on-hold")
def on_hold() -> Made:
    """The packer has put the lot on hold."""
    return scene(and_then(season.steps(), _hold())).made()


@case("hold-cleared")
def hold_cleared() -> Made:
    """The hold on the lot was cleared by whoever set it: the record is as good as before."""
    cleared = acts.ClearHold(
        lots=(BAGS_URI,), hold_index=len(season.steps()), reason=season.words("đạt", "passed")
    )
    step = Step("clear", on("04-21"), season.act(cleared, season.MILL))
    return scene(and_then(season.steps(), _hold(), step)).made()


@case("suspended-since")
def suspended_since() -> Made:
    """The grant was suspended after the packing day: valid when packed, now being looked into."""
    change = season.change("CN-01", "suspended", "2026-04-20", season.ASSOCIATION)
    return scene(and_then(season.steps(), Step("change", on("04-20"), change))).made()


@case("reinstated")
def reinstated() -> Made:
    """The grant was suspended after the packing day and granted again."""
    first = season.change("CN-01", "suspended", "2026-04-20", season.ASSOCIATION)
    second = season.change("CN-01", "reinstated", "2026-04-25", season.ASSOCIATION)
    return scene(
        and_then(
            season.steps(), Step("first", on("04-20"), first), Step("second", on("04-25"), second)
        )
    ).made()


@case("withdrawn-since")
def withdrawn_since() -> Made:
    """The confirmation of the areas was withdrawn after the packing day."""
    change = season.change("XN-01", "withdrawn", "2026-04-20", season.CONFIRMER)
    return scene(and_then(season.steps(), Step("change", on("04-20"), change))).made()


def _short_grant() -> list[Step]:
    grant = season.credential(
        "CN-01", "grant", season.ASSOCIATION, season.MILL, until_on="2026-04-15", quota_g=10**6
    )
    return instead(season.steps(), "grant", grant)


@case("expired-after-packing")
def expired_after_packing() -> Made:
    """The grant's time ran out after the packing day; nothing else happened to it."""
    return scene(_short_grant()).made()


@case("withdrawn-behind-expired")
def withdrawn_behind_expired() -> Made:
    """The grant has expired and the confirmation behind it was withdrawn: the graver is told."""
    change = season.change("XN-01", "withdrawn", "2026-04-20", season.CONFIRMER)
    return scene(and_then(_short_grant(), Step("change", on("04-20"), change))).made()


@case("stale")
def stale() -> Made:
    """The log's word is older than the reader allows: newer facts may exist, nothing is green."""
    shown = scene()
    shown.at = shown.signed + timedelta(hours=72, seconds=1)
    return shown.made()


@case("clock-behind")
def clock_behind() -> Made:
    """The log signed six minutes after the moment of judging: one of the two clocks is wrong."""
    shown = scene()
    shown.at = shown.signed - timedelta(minutes=6)
    return shown.made()


@case("key-rotated")
def key_rotated() -> Made:
    """The mill's first key was replaced before the packing, and signs nothing afterwards."""
    enrol = acts.EnrolKey(actor=season.MILL, key=season.new_key(SECOND_KEY))
    revoke = acts.RevokeKey(kid=season.key(season.MILL).public.kid, reason="rotated")
    steps = and_then(
        season.steps(),
        Step("enrol", on("04-05"), season.act(enrol, *SUCCESSION)),
        Step("revoke", on("04-06"), season.act(revoke, SECOND_KEY)),
    )
    steps = instead(steps, "packing", season.event(season.packing(), SECOND_KEY))
    issued = acts.read_act(payload_of(season.labels()))
    return scene(instead(steps, "labels", season.act(issued, SECOND_KEY))).made()


@case("mill-yield-at-the-limit")
def mill_yield_at_the_limit() -> Made:
    """720 g of white rice from 1,000 g of paddy at 14 % moisture: what the settings just allow."""
    milled = season.event(season.milling(head_g=720_000), season.MILL)
    return scene(instead(season.steps(), "milling", milled)).made()


@case("emission-verified")
def emission_verified() -> Made:
    """The tubes were read with one key, the diary written with another, the emission verified.

    Of twenty-eight readings the evidence holds the first: it shows whose key measured.
    """
    steps = measured_season.verified(*([season.TECHNICIAN] * 28))
    made = scene(and_then(season.steps(), *steps))
    assert sum(isinstance(each, events.WaterReading) for each in bodies(made)) == 1
    return made.made()


@case("emission-measured-again")
def emission_measured_again() -> Made:
    """The cooperative read a tube with the key of its diary; it took that back and read again.

    Once nothing it measured stands, its key only reported.
    """
    wrong = measured_season.reading(1, -50)
    right = structs.replace(wrong, event_id=season.event_id("reading again"))
    declared = events.Correction(
        event_id=wrong.event_id,
        at=wrong.at,
        wrong=wrong,
        declared_at="2026-02-20T09:00:00+07:00",
        reason="incorrect_data",
        corrected_by=(right.event_id,),
    )
    taken_back = Step("declared", on("02-20"), season.event(declared, season.GROWER_1))
    again = Step("again", on("02-20", 11), season.event(right, season.TECHNICIAN))
    steps = measured_season.verified(season.GROWER_1)
    return scene(and_then(season.steps(), *steps, taken_back, again)).made()
