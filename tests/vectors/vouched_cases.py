"""The cases in which somebody vouches for what they may not, beside a certificate that is good.

The grant and the confirmation behind the bag stay as they are. The log let in one thing more about
the same land, and so the reason why the bag is refused is that one thing.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from ledger.log.statement import CREDENTIAL, seal
from ledger.log.status_list import StatusEntry
from ledger.rice import acts
from ledger.rice.status_places import PLACES, PURPOSE, list_url
from tests.vectors import small_harvest as season
from tests.vectors.scenes import OTHER_SCHEME, Made, case, payload_of, scene
from tests.vectors.small_harvest import Step, and_then, instead, on
from tests.vectors.unruly_log import UnrulyLog

SECOND = "XN-02"
AREA_3 = "VN-CTOR-0012"
"""A neighbour's area, of ten hectares too; none of its rice is in the bag."""


def _confirmed(**more: object) -> bytes:
    """Return a second confirmation of the first area."""
    members = {"areas": (season.AREA_1,)} | more
    return season.credential(SECOND, "conformity", season.CONFIRMER, season.GROWER_1, **members)  # type: ignore[arg-type]


def _beside(*said: bytes) -> list[Step]:
    """Return the season in which this was taken as well, before the packing."""
    steps = (Step(f"beside {at}", on("04-05", at), data) for at, data in enumerate(said))
    return and_then(season.steps(), *steps)


@case("confirmed-twice")
def confirmed_twice() -> Made:
    """The confirmer confirmed one of the areas a second time, as it may."""
    return scene(_beside(_confirmed())).made()


@case("area-named-twice_fail")
def area_named_twice() -> Made:
    """The confirmation names one of its areas twice, which no credential here may."""
    twice = season.credential(
        "XN-01",
        "conformity",
        season.CONFIRMER,
        season.GROWER_1,
        areas=(season.AREA_1, season.AREA_2, season.AREA_2),
    )
    good = next(step.data for step in season.steps() if step.name == "confirmation")
    return scene(instead(season.steps(), "confirmation", twice, meant=good)).made()


@case("confirmed-under-unknown-scheme_fail")
def confirmed_under_unknown_scheme() -> Made:
    """One of the areas is confirmed under a scheme that nobody published in this ledger."""
    before = (
        season.scheme(uri=OTHER_SCHEME),
        season.accreditation(season.CONFIRMER, scheme=OTHER_SCHEME),
    )
    believed = scene(_beside(*before)).log.facts
    lie = _confirmed(under=OTHER_SCHEME)
    missing = believed.keys() - scene().log.facts.keys()

    def pretend(log: UnrulyLog) -> None:
        for key in sorted(missing):
            log.pretend(believed[key])

    return scene(_beside(lie), before={"beside 0": pretend}).made(let_in=("scheme_unknown",))


@case("confirmation-of-tonnes_fail")
def confirmation_of_tonnes() -> Made:
    """A confirmation says how much rice may carry the mark, which only a grant says."""
    return scene(_beside(_confirmed(quota_g=1_000_000))).made()


@case("confirmation-signed-by-the-cooperative_fail")
def confirmation_signed_by_the_cooperative() -> Made:
    """The cooperative signed with its own key what it says its confirmer confirmed."""
    key = season.key(season.GROWER_1)
    kid = f"{season.did(season.CONFIRMER)}#{key.public.kid}"
    lie = seal(payload_of(_confirmed()), typ=CREDENTIAL, key=key, kid=kid)
    return scene(_beside(lie)).made()


@case("confirmed-for-more-than-the-area_fail")
def confirmed_for_more_than_the_area() -> Made:
    """Ten hectares and a square metre are confirmed of an area of ten hectares."""
    return scene(_beside(_confirmed(area_m2=100_001))).made()


def _with_neighbour(issued_on: str, *more: Step) -> Made:
    """Return the scene in which the first area is confirmed together with a neighbour's."""
    registered = acts.read_act(payload_of(season.area(AREA_3, season.GROWER_2)))
    assert isinstance(registered, acts.RegisterArea)
    area = structs.replace(registered, issued_on=issued_on)
    confirmed = _confirmed(areas=(season.AREA_1, AREA_3))
    given = Step("area 3", season.OPENED + timedelta(hours=1), season.act(area, season.OFFICE))
    return scene(and_then(_beside(confirmed), given, *more)).made()


@case("confirmed-a-year-after-inspection")
def confirmed_a_year_after_inspection() -> Made:
    """A confirmation speaks of an area that was last looked at a year before, to the day."""
    return _with_neighbour("2025-04-02")


@case("confirmed-without-inspection_fail")
def confirmed_without_inspection() -> Made:
    """A confirmation speaks of an area that nobody has looked at for a year and a day."""
    return _with_neighbour("2025-04-01")


@case("confirmed-upon-inspection")
def confirmed_upon_inspection() -> Made:
    """Nobody had looked at the area for over a year; then the office did, before it confirmed."""
    looked = acts.InspectArea(
        area=AREA_3,
        inspected_on="2026-03-20",
        diary_kept=True,
        packaging_collected=True,
        result="pass",
        report="3/2026",
    )
    step = Step("inspection", on("03-20"), season.act(looked, season.OFFICE))
    return _with_neighbour("2025-04-01", step)


def _with_place(index: int) -> Made:
    place = StatusEntry(list=list_url(season.HOST, 1), index=index, purpose=PURPOSE)
    return scene(_beside(_confirmed(statuses=(place,)))).made()


@case("status-place-at-the-end-of-its-list")
def status_place_at_the_end_of_its_list() -> Made:
    """A confirmation has the last place there is in a status list of the ledger."""
    return _with_place(PLACES - 1)


@case("status-place-beyond-its-list_fail")
def status_place_beyond_its_list() -> Made:
    """A confirmation has a place one beyond the last that a status list of the ledger has."""
    return _with_place(PLACES)


@case("hectares-granted-twice_fail")
def hectares_granted_twice() -> Made:
    """The first grant takes all the land of two areas; a second one takes a square metre of it."""
    grant = season.credential(
        *("CN-02", "grant", season.ASSOCIATION, season.MILL),
        areas=(season.AREA_1,),
        area_m2=1,
        quota_g=1,
    )
    return scene(_beside(grant)).made()


@case("version-published-twice_fail")
def version_published_twice() -> Made:
    """The owner publishes the version of its scheme once more, with other days in it."""
    return scene(_beside(season.scheme(from_on="2026-02-01"))).made()


# Applications, which a bundle carries where a certificate answers them.

APPLICATION = f"urn:uuid:{'0' * 8}-0000-4000-8000-{'0' * 11}2"


def _answered(*asked: tuple[int, int]) -> Made:
    """Return the scene in which the grant answers what was asked for: square metres and grams."""
    applications = (
        acts.Apply(
            application=APPLICATION,
            certifier=season.ASSOCIATION,
            profile="grant",
            scheme=season.SCHEME,
            areas=(season.AREA_1, season.AREA_2),
            season=season.SEASON,
            area_m2=area_m2,
            quota_g=quota_g,
        )
        for area_m2, quota_g in asked
    )
    grant = season.credential(
        *("CN-01", "grant", season.ASSOCIATION, season.MILL),
        quota_g=1_000_000,
        application=APPLICATION,
    )
    steps = (
        Step(f"application {at}", on("04-02", 12 + at), season.act(each, season.MILL))
        for at, each in enumerate(applications)
    )
    return scene(and_then(instead(season.steps(), "grant", grant), *steps)).made()


@case("applied-for-all-the-land")
def applied_for_all_the_land() -> Made:
    """The grant answers an application for every square metre of the areas it names."""
    return _answered((200_000, 1_000_000))


@case("applied-for-more-than-the-land_fail")
def applied_for_more_than_the_land() -> Made:
    """The grant answers an application for a square metre more than the areas have."""
    return _answered((200_001, 1_000_000))


@case("applied-twice-under-one-number_fail")
def applied_twice_under_one_number() -> Made:
    """The packer applied for more tonnes, again under the number of its first application."""
    return _answered((200_000, 1_000_000), (200_000, 2_000_000))
