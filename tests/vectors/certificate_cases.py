"""The cases about certificates: what a scheme asks for, who decides, what is sold or claimed."""

from __future__ import annotations

from msgspec import structs

from ledger.log.encoding import encode_base64
from ledger.rice import acts
from tests.profiles import CONFORMITY, EMISSIONS, GRANT, SEED, words
from tests.vectors import small_harvest as season
from tests.vectors.scenes import SECOND_KEY, Made, case, scene
from tests.vectors.small_harvest import Step, and_then, instead, on

SECOND = season.key(SECOND_KEY)


def _grant(**more: object) -> bytes:
    members = {"quota_g": 1_000_000} | more
    return season.credential("CN-01", "grant", season.ASSOCIATION, season.MILL, **members)  # type: ignore[arg-type]


def _confirmation(**more: object) -> bytes:
    return season.credential("XN-01", "conformity", season.CONFIRMER, season.GROWER_1, **more)  # type: ignore[arg-type]


def _second_key() -> Step:
    enrol = acts.EnrolKey(actor=season.ASSOCIATION, key=season.new_key(SECOND_KEY, admin=False))
    return Step("enrol", on("04-03", 12), season.act(enrol, season.ASSOCIATION, SECOND_KEY))


def _careful(*decisions: str) -> list[Step]:
    """Return the season under a scheme whose grants take two persons to decide."""
    profile = structs.replace(GRANT, two_persons=decisions)
    return instead(season.steps(), "scheme", season.scheme("1.0.0", profile))


def _before(of: list[Step], name: str, *steps: Step) -> list[Step]:
    at = next(place for place, step in enumerate(of) if step.name == name)
    return [*of[:at], *steps, *of[at:]]


def _granted_by(*signers: str) -> Step:
    body = acts.ChangeAttestation(
        attestation=season.attestation_id("CN-01"),
        state="granted",
        from_on="2026-04-02",
        reason="second_decision",
        paper="2/2026",
        decided_by=season.ASSOCIATION,
    )
    return Step("decision", on("04-04"), season.act(body, *signers))


@case("figure-at-the-threshold")
def figure_at_the_threshold() -> Made:
    """The seed rate confirmed is exactly what the scheme allows."""
    steps = instead(season.steps(), "confirmation", _confirmation(figures={"seed-rate": "100 KGM"}))
    return scene(steps).made()


@case("figure-past-the-threshold_fail")
def figure_past_the_threshold() -> Made:
    """The seed rate confirmed is a tenth of a kilogram more than the scheme allows."""
    steps = instead(
        season.steps(), "confirmation", _confirmation(figures={"seed-rate": "100.1 KGM"})
    )
    return scene(steps).made()


@case("figure-not-stated_fail")
def figure_not_stated() -> Made:
    """The confirmation does not say what seed rate was found."""
    return scene(instead(season.steps(), "confirmation", _confirmation(figures={}))).made()


@case("scheme-stricter-since")
def scheme_stricter_since() -> Made:
    """The scheme asks for less seed now; what was confirmed under its older version stays good."""
    stricter = structs.replace(CONFORMITY, criteria=(structs.replace(SEED, threshold="70"),))
    later = season.scheme("2.0.0", stricter, from_on="2026-05-01")
    return scene(and_then(season.steps(), Step("scheme 2", on("04-20"), later))).made()


@case("scheme-replaced-for-days-past")
def scheme_replaced_for_days_past() -> Made:
    """A version recorded since is to hold from before the season, and knows none of its kinds.

    What was attested was attested under the version that there was.
    """
    others = [structs.replace(CONFORMITY, id="process", signers=("verifier",), name=words("khác"))]
    others.append(
        structs.replace(GRANT, id="label", needs=("process",), signers=("decision_body",))
    )
    body = acts.PublishScheme(
        scheme=season.SCHEME,
        version="2.0.0",
        name=season.words("Gạo xanh phát thải thấp", "Green, low-emission rice"),
        custody=("identity_preserved",),
        profiles=tuple(others),
        document=encode_base64(bytes(32)),
        from_on="2026-01-01",
    )
    later = Step("scheme 2", on("04-20"), season.act(body, season.ASSOCIATION))
    return scene(and_then(season.steps(), later)).made()


@case("signers-replaced-for-days-past")
def signers_replaced_for_days_past() -> Made:
    """A version recorded since has others sign the same kinds, from before the season."""
    others = (
        structs.replace(CONFORMITY, signers=("verifier",)),
        structs.replace(GRANT, signers=("decision_body",)),
    )
    later = Step("scheme 2", on("04-20"), season.scheme("2.0.0", *others))
    return scene(and_then(season.steps(), later)).made()


@case("version-not-in-force_fail")
def version_not_in_force() -> Made:
    """The confirmation names a version of the scheme that was not in force that day."""
    steps = instead(season.steps(), "confirmation", _confirmation(version="0.9.0"))
    return scene(steps).made()


@case("grant-needs-emissions")
def grant_needs_emissions() -> Made:
    """The scheme grants only upon an emission statement too, and there is one."""
    statement = season.credential("TT-01", "ghg", season.CONFIRMER, season.GROWER_1)
    confirming = structs.replace(EMISSIONS, signers=("confirmer",))
    asking = structs.replace(GRANT, needs=("conformity", "ghg"))
    steps = instead(season.steps(), "scheme", season.scheme("1.0.0", confirming, asking))
    return scene(_before(steps, "grant", Step("ghg", on("04-02", 12), statement))).made()


@case("grant-without-emissions_fail")
def grant_without_emissions() -> Made:
    """The scheme grants only upon an emission statement too, and nobody made one."""
    asking = structs.replace(GRANT, needs=("conformity", "ghg"))
    return scene(instead(season.steps(), "scheme", season.scheme("1.0.0", asking))).made()


@case("granted-before-confirmed_fail")
def granted_before_confirmed() -> Made:
    """The mark is granted from a day before the one from which the areas are confirmed."""
    return scene(instead(season.steps(), "grant", _grant(from_on="2026-04-01"))).made()


@case("grant-for-too-long_fail")
def grant_for_too_long() -> Made:
    """The mark is granted for two years; the scheme allows one."""
    return scene(instead(season.steps(), "grant", _grant(until_on="2028-04-01"))).made()


@case("grant-of-more-than-grows_fail")
def grant_of_more_than_grows() -> Made:
    """For twenty hectares the mark is granted for a gram more than the scheme allows."""
    return scene(instead(season.steps(), "grant", _grant(quota_g=100_000_001))).made()


@case("grant-of-all-that-grows")
def grant_of_all_that_grows() -> Made:
    """For twenty hectares the mark is granted for all that the scheme allows."""
    return scene(instead(season.steps(), "grant", _grant(quota_g=100_000_000))).made()


@case("granted-by-two")
def granted_by_two() -> Made:
    """The scheme leaves grants to two persons: one key proposed, another decided."""
    steps = _before(_careful("grant"), "packing", _second_key(), _granted_by(SECOND_KEY))
    return scene(steps).made()


@case("granted-by-one_fail")
def granted_by_one() -> Made:
    """The scheme leaves grants to two persons, and nobody has decided what one proposed."""
    return scene(_careful("grant")).made()


@case("granted-by-the-same_fail")
def granted_by_the_same() -> Made:
    """The scheme leaves grants to two persons, and the key that proposed decided as well."""
    steps = _before(_careful("grant"), "packing", _granted_by(season.ASSOCIATION))
    return scene(steps).made()


@case("withdrawn-by-two")
def withdrawn_by_two() -> Made:
    """The scheme leaves withdrawals to two persons, and two have signed one."""
    body = acts.ChangeAttestation(
        attestation=season.attestation_id("CN-01"),
        state="withdrawn",
        from_on="2026-04-20",
        reason="other",
        paper="3/2026",
        decided_by=season.ASSOCIATION,
    )
    change = season.act(body, season.ASSOCIATION, SECOND_KEY)
    steps = _before(_careful("withdraw"), "packing", _second_key())
    return scene(and_then(steps, Step("change", on("04-20"), change))).made()


@case("withdrawn-by-one_fail")
def withdrawn_by_one() -> Made:
    """The scheme leaves withdrawals to two persons; the log took what one signed alone."""
    change = season.change("CN-01", "withdrawn", "2026-04-20", season.ASSOCIATION)
    return scene(and_then(_careful("withdraw"), Step("change", on("04-20"), change))).made()


def _audited(*confirmers: str) -> list[Step]:
    """Return the season with an inspection, under a scheme that keeps audit and decision apart."""
    profile = structs.replace(CONFORMITY, two_persons=("audit",))
    seen = acts.InspectArea(
        area=season.AREA_1,
        inspected_on="2026-03-20",
        diary_kept=True,
        packaging_collected=True,
        result="pass",
        report="BB-01",
    )
    enrol = acts.EnrolKey(actor=season.CONFIRMER, key=season.new_key(SECOND_KEY, admin=False))
    steps = instead(season.steps(), "scheme", season.scheme("1.0.0", profile))
    return _before(
        steps,
        "confirmation",
        Step("enrol", on("04-01", 12), season.act(enrol, season.CONFIRMER, SECOND_KEY)),
        Step("inspection", on("04-01", 13), season.act(seen, *confirmers)),
    )


@case("confirmed-apart-from-audit")
def confirmed_apart_from_audit() -> Made:
    """The scheme keeps audit and decision apart: one key inspected, another confirmed."""
    return scene(_audited(SECOND_KEY)).made()


@case("confirmed-by-auditor_fail")
def confirmed_by_auditor() -> Made:
    """The scheme keeps audit and decision apart, and the key that inspected confirmed as well."""
    return scene(_audited(season.CONFIRMER)).made()


@case("confirmed-by-kin_fail")
def confirmed_by_kin() -> Made:
    """The office that confirms has been the cooperative's consultant, by its own word."""
    body = acts.DeclareRelation(actor=season.GROWER_1, other=season.CONFIRMER, kind="consultant")
    said = Step("relation", on("04-01"), season.act(body, season.GROWER_1))
    return scene(_before(season.steps(), "confirmation", said)).made()


def _sale(sold_g: int) -> bytes:
    return season.credential(
        "GD-01",
        "transaction",
        season.ASSOCIATION,
        season.MILL,
        area_m2=0,
        figures={},
        lot=season.uri(season.RICE, "M1"),
        sold_g=sold_g,
        licence=season.attestation_id("CN-01"),
    )


@case("sold-in-bulk-too")
def sold_in_bulk_too() -> Made:
    """Some of the same rice was sold in bulk under the grant; both fit into its tonnes."""
    sale = Step("sale", on("04-09"), _sale(100_000))
    return scene(_before(season.steps(), "packing", sale)).made()


@case("sold-in-bulk-beyond-the-grant_fail")
def sold_in_bulk_beyond_the_grant() -> Made:
    """After a sale in bulk there was a gram less left of the grant than the bags weigh."""
    steps = instead(season.steps(), "grant", _grant(quota_g=599_999))
    return scene(_before(steps, "packing", Step("sale", on("04-09"), _sale(100_000)))).made()


def _verified() -> list[Step]:
    """Return the season with an emission statement over the first area."""
    statement = season.credential(
        "TT-01", "ghg", season.CONFIRMER, season.GROWER_1, areas=(season.AREA_1,)
    )
    confirming = structs.replace(EMISSIONS, signers=("confirmer",))
    steps = instead(season.steps(), "scheme", season.scheme("1.0.0", confirming))
    return and_then(steps, Step("ghg", on("04-15"), statement))


@case("reduction-sold")
def reduction_sold() -> Made:
    """The reduction of one of the fields was sold as credits: nobody may count it again."""
    claim = acts.ClaimReduction(
        area=season.AREA_1,
        season=season.SEASON,
        statement=season.attestation_id("TT-01"),
        reduction_kg=49_997,
        registry="VCS",
        number="VCS-2026-0042",
    )
    said = Step("claim", on("04-20"), season.act(claim, season.GROWER_1))
    return scene(and_then(_verified(), said)).made()


@case("reduction-sold-for-each-area_fail")
def reduction_sold_for_each_area() -> Made:
    """Ten of twenty hectares were verified; the log let them be sold for each of two areas."""
    statement = season.credential(
        *("TT-01", "ghg", season.CONFIRMER, season.GROWER_1), area_m2=100_000
    )
    said = [
        Step(
            f"claim {area}",
            on("04-20", hour),
            season.act(
                acts.ClaimReduction(
                    area=area,
                    season=season.SEASON,
                    statement=season.attestation_id("TT-01"),
                    reduction_kg=49_997,
                    registry="VCS",
                    number=f"VCS-2026-{hour}",
                ),
                grower,
            ),
        )
        for area, grower, hour in (
            (season.AREA_1, season.GROWER_1, 10),
            (season.AREA_2, season.GROWER_2, 11),
        )
    ]
    return scene(and_then(instead(_verified(), "ghg", statement), *said)).made()


@case("reduction-verified-and-kept")
def reduction_verified_and_kept() -> Made:
    """An emission statement stands beside the season, and nobody has claimed its reduction."""
    return scene(_verified()).made()
