"""The cases in which certificates change after they were given: rightly, or as nobody may."""

from __future__ import annotations

from datetime import datetime

from msgspec import structs

from ledger.log.encoding import local_day
from ledger.rice import acts, events
from tests.vectors import small_harvest as season
from tests.vectors.corrected_cases import corrected
from tests.vectors.scenes import BAGS_URI, Made, case, scene
from tests.vectors.small_harvest import Step, and_then, instead, on

APPLICATION = f"urn:uuid:{'0' * 8}-0000-4000-8000-{'0' * 11}1"
SECOND_GRANT = "CN-02"
SECOND_CONFIRMATION = "XN-02"


def _changed(state: str, from_on: str, number: str = "CN-01", **more: object) -> Step:
    """Return a change that was recorded ten days after the packing."""
    signer = season.ASSOCIATION if number.startswith("CN") else season.CONFIRMER
    return Step(
        f"{state} {number}", on("04-20"), season.change(number, state, from_on, signer, **more)
    )


def _reduced(from_on: str, quota_g: int) -> Step:
    return _changed("reduced", from_on, area_m2=200_000, quota_g=quota_g)


def shipped(bags: int = season.BAGS) -> tuple[Step, Step]:
    """Return how bags of the lot are loaded and sent to a buyer abroad, two days after packing."""
    loading = events.Loading(
        event_id=season.event_id("loading"),
        at="2026-04-12T09:00:00+07:00",
        container="CSQU3054383",
        pallets=(),
        bags=((BAGS_URI, bags),),
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
    return (
        Step("loading", on("04-12", 9), season.event(loading, season.MILL)),
        Step("shipping", on("04-12"), season.event(shipping, season.MILL)),
    )


def _successor() -> Step:
    """Return a second grant, like the first."""
    return Step("second grant", on("04-04"), _grant(SECOND_GRANT))


def _grant(number: str) -> bytes:
    """Return a grant for half the hectares, so that another one has room."""
    return season.credential(
        *(number, "grant", season.ASSOCIATION, season.MILL), quota_g=900_000, area_m2=100_000
    )


@case("suspended-after-shipping")
def suspended_after_shipping() -> Made:
    """Every bag of the lot had left before the grant was suspended: valid when shipped."""
    return scene(and_then(season.steps(), *shipped(), _changed("suspended", "2026-04-13"))).made()


@case("suspended-before-shipping")
def suspended_before_shipping() -> Made:
    """The grant was suspended the day after the packing, and the bags left all the same."""
    return scene(and_then(season.steps(), *shipped(), _changed("suspended", "2026-04-11"))).made()


@case("suspended-after-some-were-shipped")
def suspended_after_some_wereshipped() -> Made:
    """Nineteen of twenty bags had left: nobody can tell of one bag whether it had, so none did."""
    return scene(and_then(season.steps(), *shipped(19), _changed("suspended", "2026-04-13"))).made()


@case("withdrawn-after-shipping")
def withdrawn_after_shipping() -> Made:
    """The confirmation was withdrawn after every bag had left."""
    return scene(
        and_then(season.steps(), *shipped(), _changed("withdrawn", "2026-04-13", "XN-01"))
    ).made()


@case("withdrawn-from-the-first-day_fail")
def withdrawn_from_the_first_day() -> Made:
    """The confirmation is withdrawn as if it had never been."""
    return scene(and_then(season.steps(), _changed("withdrawn", "2026-04-02", "XN-01"))).made()


@case("suspended-twice-and-reinstated")
def suspended_twice_and_reinstated() -> Made:
    """A second ground for the same suspension, from an earlier day; then all was put right."""
    return scene(
        and_then(
            season.steps(),
            _changed("suspended", "2026-04-20"),
            Step(
                "again",
                on("04-21"),
                season.change("CN-01", "suspended", "2026-04-15", season.ASSOCIATION),
            ),
            Step(
                "right",
                on("04-25"),
                season.change(
                    *("CN-01", "reinstated", "2026-04-25", season.ASSOCIATION), reason="put_right"
                ),
            ),
        )
    ).made()


@case("reduced-but-enough")
def reduced_but_enough() -> Made:
    """The grant is reduced to just what was packed under it: this lot is not touched."""
    return scene(and_then(season.steps(), _reduced("2026-04-20", 500_000))).made()


@case("reduced-below-this-lot")
def reduced_below_this_lot() -> Made:
    """The grant is reduced, after the packing, to a gram less than was packed under it."""
    return scene(and_then(season.steps(), _reduced("2026-04-20", 499_999))).made()


@case("reduced-below-a-later-lot")
def reduced_below_a_later_lot() -> Made:
    """What is left of the grant reaches this lot, and not the one packed after it."""
    other = structs.replace(
        season.packing("L260411A"), bags=4, inputs=((season.uri(season.RICE, "M1"), 100_000),)
    )
    packed = Step("other", on("04-11"), season.event(other, season.MILL))
    return scene(and_then(season.steps(), packed, _reduced("2026-04-20", 550_000))).made()


@case("reduced-after-a-neighbour-was-corrected")
def reduced_after_a_neighbour_was_corrected() -> Made:
    """A lot packed before ours had drawn more than it first said: ours is beyond what is left."""
    said = structs.replace(
        season.packing("L260409A"),
        at="2026-04-09T10:00:00+07:00",
        packed_on="2026-04-09",
        bags=2,
        inputs=((season.uri(season.RICE, "M1"), 50_000),),
    )
    right = structs.replace(
        said,
        event_id=season.event_id("packing again"),
        bags=4,
        inputs=((season.uri(season.RICE, "M1"), 100_000),),
    )
    packed = Step("other", on("04-09"), season.event(said, season.MILL))
    return scene(
        and_then(
            season.steps(),
            packed,
            *corrected(said, "04-15", right),
            _reduced("2026-04-20", 599_999),
        )
    ).made()


@case("reduced-before-packing_fail")
def reduced_before_packing() -> Made:
    """Weeks later the grant is reduced from the day before the packing: this lot was beyond it."""
    return scene(and_then(season.steps(), _reduced("2026-04-09", 499_999))).made()


def _two_grants() -> list[Step]:
    return and_then(instead(season.steps(), "grant", _grant("CN-01")), _successor())


@case("superseded-since")
def superseded_since() -> Made:
    """Another grant took the place of the first after the packing."""
    successor = season.attestation_id(SECOND_GRANT)
    step = _changed("superseded", "2026-04-20", successor=successor, reason="scope_changed")
    return scene(and_then(_two_grants(), step)).made()


@case("superseded-before-packing_fail")
def superseded_before_packing() -> Made:
    """Another grant had taken its place the day before the packing; the bags name the old one."""
    successor = season.attestation_id(SECOND_GRANT)
    step = _changed("superseded", "2026-04-09", successor=successor, reason="scope_changed")
    return scene(and_then(_two_grants(), step)).made()


@case("superseded-by-nothing_fail")
def superseded_by_nothing() -> Made:
    """The log let in a successor that it does not know: a change nobody can follow."""
    successor = season.attestation_id(SECOND_GRANT)
    step = _changed("superseded", "2026-04-20", successor=successor)
    return scene(and_then(season.steps(), step)).made()


def _granted_anew(quota_g: int) -> list[Step]:
    """Return the season in which the grant is withdrawn, and given anew for the same land."""
    again = season.credential(
        *(SECOND_GRANT, "grant", season.ASSOCIATION, season.MILL),
        from_on="2026-04-21",
        quota_g=quota_g,
    )
    return and_then(
        season.steps(),
        _changed("withdrawn", "2026-04-20"),
        Step("second grant", on("04-21"), again),
    )


@case("granted-anew-for-the-rest")
def granted_anew_for_the_rest() -> Made:
    """The grant was withdrawn and given anew, for all that the scheme allows less these bags."""
    return scene(_granted_anew(100_000_000 - season.BAGS * season.BAG_G)).made()


@case("granted-anew-in-full_fail")
def granted_anew_in_full() -> Made:
    """The log let a second grant give a gram of what had been packed under the withdrawn one."""
    return scene(_granted_anew(100_000_000 - season.BAGS * season.BAG_G + 1)).made()


@case("packed-late-on-what-was-granted-anew_fail")
def packed_late_on_what_was_granted_anew() -> Made:
    """The log let bags be recorded under the withdrawn grant whose tonnes had been given anew."""
    late = structs.replace(
        season.packing("L260411A"), bags=4, inputs=((season.uri(season.RICE, "M1"), 100_000),)
    )
    steps = _granted_anew(100_000_000 - season.BAGS * season.BAG_G)
    return scene(and_then(steps, Step("late", on("04-22"), season.event(late, season.MILL)))).made()


@case("reinstated-without-suspension_fail")
def reinstated_without_suspension() -> Made:
    """The log let in a reinstatement of what was never suspended."""
    return scene(and_then(season.steps(), _changed("reinstated", "2026-04-20"))).made()


@case("reinstated-after-withdrawal_fail")
def reinstated_after_withdrawal() -> Made:
    """The log let a withdrawn confirmation come back; it is not believed."""
    back = season.change("XN-01", "reinstated", "2026-04-25", season.CONFIRMER)
    return scene(
        and_then(
            season.steps(),
            _changed("withdrawn", "2026-04-20", "XN-01"),
            Step("back", on("04-25"), back),
        )
    ).made()


@case("reduced-upwards_fail")
def reduced_upwards() -> Made:
    """The log let a grant be reduced to more than it was for."""
    return scene(and_then(season.steps(), _reduced("2026-04-20", 1_000_001))).made()


@case("suspended-before-its-first-day_fail")
def suspended_before_its_first_day() -> Made:
    """The log let in a suspension from a day before the grant began."""
    return scene(and_then(season.steps(), _changed("suspended", "2026-04-01"))).made()


@case("suspended-by-somebody-else_fail")
def suspended_by_somebody_else() -> Made:
    """The log let the confirmer suspend a grant that it did not issue."""
    change = season.change("CN-01", "suspended", "2026-04-20", season.CONFIRMER)
    return scene(and_then(season.steps(), Step("change", on("04-20"), change))).made()


@case("suspended-by-nobody-known_fail")
def suspended_by_nobody_known() -> Made:
    """The log let in a suspension that somebody decided whom no registrar has entered."""
    step = _changed("suspended", "2026-04-20", decided_by="hoi-dong-khong-co")
    return scene(and_then(season.steps(), step)).made()


@case("suspended-before-it-was-given_fail")
def suspended_before_it_was_given() -> Made:
    """The log let in a suspension of a confirmation that was brought to it only afterwards."""
    given = Step("given", on("04-21"), _second_confirmation())
    believed = scene(and_then(season.steps(), given)).log.facts
    known = believed[f"attestation:{season.attestation_id(SECOND_CONFIRMATION)}"]
    change = _changed("suspended", "2026-04-20", SECOND_CONFIRMATION)
    return scene(
        and_then(season.steps(), change, given),
        before={change.name: lambda log: log.pretend(known)},
    ).made(let_in=("attestation_unknown",))


def _second_confirmation() -> bytes:
    return season.credential(
        *(SECOND_CONFIRMATION, "conformity", season.CONFIRMER, season.GROWER_1),
        areas=(season.AREA_1,),
    )


@case("answers-an-application")
def answers_an_application() -> Made:
    """The packer had applied for the grant, which answers its application with less."""
    return scene(_answered(quota_g=2_000_000)).made()


@case("answers-another-application_fail")
def answers_another_application() -> Made:
    """The log let in a grant for more tonnes than the application it names had asked for."""
    return scene(_answered(quota_g=999_999)).made()


@case("answers-a-declined-application_fail")
def answers_a_declined_application() -> Made:
    """The log let in a grant that answers what the association had declined."""
    return scene(and_then(_answered(quota_g=2_000_000), _declined(on("04-02", 13)))).made()


@case("declined-once-it-was-answered_fail")
def declined_once_it_was_answered() -> Made:
    """The log let in that the association declines what it had answered with a grant."""
    return scene(and_then(_answered(quota_g=2_000_000), _declined(on("04-20")))).made()


def _declined(at: datetime) -> Step:
    no = acts.DeclineApplication(
        application=APPLICATION,
        reason="records_differ",
        paper="9",
        decided_on=local_day(at),
    )
    return Step("declined", at, season.act(no, season.ASSOCIATION))


def _answered(quota_g: int) -> list[Step]:
    asked = acts.Apply(
        application=APPLICATION,
        certifier=season.ASSOCIATION,
        profile="grant",
        scheme=season.SCHEME,
        areas=(season.AREA_1, season.AREA_2),
        season=season.SEASON,
        area_m2=200_000,
        quota_g=quota_g,
    )
    grant = season.credential(
        *("CN-01", "grant", season.ASSOCIATION, season.MILL),
        quota_g=1_000_000,
        application=APPLICATION,
    )
    step = Step("application", on("04-02", 12), season.act(asked, season.MILL))
    return and_then(instead(season.steps(), "grant", grant), step)


@case("status-place-of-another_fail")
def status_place_of_another() -> Made:
    """The log let the grant have the confirmation's place in the status list."""
    place = season.status_entry("XN-01", season.CONFIRMER)
    grant = season.credential(
        *("CN-01", "grant", season.ASSOCIATION, season.MILL), quota_g=1_000_000, statuses=(place,)
    )
    return scene(instead(season.steps(), "grant", grant)).made()
