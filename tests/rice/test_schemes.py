"""Schemes as data: what is asked when, what fits together, and how UNTP spells it."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal

import jsonschema_rs
import pytest
from msgspec import ValidationError, convert, structs, to_builtins

from ledger.demo import PROGRAMME
from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.programme import read_scheme
from ledger.rice import acts
from ledger.rice.schemes import Criterion, Edition, Profile, Quota, edition_on, write_scheme
from tests.conformance_data import load
from tests.profiles import CONFORMITY, EMISSIONS, GRANT, PROFILES, SEED, words

LIMITS = [
    ("at_most", "100", "100", True),
    ("at_most", "100", "100.1", False),
    ("less_than", "70", "70", False),
    ("less_than", "70", "69.99", True),
    ("at_least", "20", "20", True),
    ("at_least", "20", "19.99", False),
    ("more_than", "10", "10", False),
    ("more_than", "10", "10.01", True),
]


@pytest.mark.parametrize(("relation", "threshold", "figure", "met"), LIMITS)
def test_a_threshold_is_met_or_not_to_the_last_digit(
    relation: str, threshold: str, figure: str, *, met: bool
) -> None:
    asked = structs.replace(SEED, relation=relation, threshold=threshold)
    assert asked.is_met_by(Decimal(figure)) == met


def test_targets_change_with_the_day() -> None:
    conformity = next(one for one in PROGRAMME.published.profiles if one.id == "conformity")

    def asked(day: str) -> dict[str, str]:
        return {each.id: each.threshold for each in conformity.criteria_on(day)}

    assert asked("2026-03-24") == {
        "seed-rate": "100",
        "nitrogen-reduction": "20",
        "pesticide-reduction": "20",
        "water-reduction": "20",
        "straw-collected": "70",
    }
    assert asked("2029-12-31") == asked("2026-03-24")
    assert asked("2030-01-01") == {
        "seed-rate": "70",
        "nitrogen-reduction": "30",
        "pesticide-reduction": "30",
        "water-reduction": "20",
        "straw-collected": "100",
    }
    assert asked("2023-12-31") == {}


def test_a_version_is_in_force_from_its_day_until_the_next() -> None:
    def edition(version: str, from_on: str, index: int) -> Edition:
        return Edition(
            version=version,
            name=words("x"),
            custody=("segregated",),
            profiles=PROFILES,
            from_on=from_on,
            index=index,
        )

    editions = (
        edition("1.0.0", "2026-01-01", 5),
        edition("3.0.0", "2027-01-01", 6),
        edition("2.0.0", "2026-07-01", 9),
        edition("2.0.1", "2026-07-01", 12),
    )
    days = {
        "2025-12-31": "1.0.0",
        "2026-06-30": "1.0.0",
        "2026-07-01": "2.0.1",
        "2026-12-31": "2.0.1",
        "2027-01-01": "3.0.0",
    }
    assert {day: edition_on(editions, day).version for day in days} == days


def test_a_quota_is_rounded_down_to_the_gram() -> None:
    assert Quota(most_g_per_ha=3_410_000).most_g(5_540_900) == 1_889_446_900
    assert Quota(most_g_per_ha=1).most_g(9_999) == 0


UNFIT: dict[str, object] = {
    "a need that comes later": (GRANT, CONFORMITY),
    "a need of nothing": (structs.replace(GRANT, needs=("x",)),),
    "a profile twice": (CONFORMITY, CONFORMITY),
    "no profile": (),
    "a licence that needs nothing": (CONFORMITY, structs.replace(GRANT, needs=())),
    "a licence that needs no confirmation": (
        CONFORMITY,
        EMISSIONS,
        structs.replace(GRANT, needs=("ghg",)),
    ),
    "a licence upon what was confirmed once": (
        CONFORMITY,
        structs.replace(EMISSIONS, needs=("conformity",)),
        structs.replace(GRANT, needs=("ghg",)),
    ),
}


@pytest.mark.parametrize("case", UNFIT)
def test_profiles_fit_together(case: str) -> None:
    members = to_builtins(PROGRAMME.published)
    members["profiles"] = to_builtins(UNFIT[case])
    with pytest.raises(ValidationError):
        convert(members, acts.PublishScheme)


def test_a_licence_has_a_quota_and_nothing_else_has() -> None:
    for profile in ({**to_builtins(GRANT), "quota": None}, to_builtins(CONFORMITY)):
        odd = profile if profile["id"] == "grant" else {**profile, "quota": {"most_g_per_ha": 1}}
        with pytest.raises(ValidationError):
            convert(odd, Profile)


@pytest.mark.parametrize("threshold", ["1.0", "01", "1e2", "-1", "NaN", "", ".5", "1."])
def test_a_threshold_has_one_spelling(threshold: str) -> None:
    with pytest.raises(ValidationError):
        convert({**to_builtins(SEED), "threshold": threshold}, Criterion)


def test_a_scheme_read_by_another_process_is_written_alike() -> None:
    """Readers are processes of their own; what they read comes here as a copy."""
    payload = acts.write_act(PROGRAMME.published)
    copied = pickle.loads(pickle.dumps(acts.read_act(payload)))  # noqa: S301  (our own)
    assert acts.write_act(copied) == payload


def test_that_a_criterion_is_asked_for_ever_has_one_spelling() -> None:
    members = to_builtins(PROGRAMME.published)
    conformity = members["profiles"][0]
    forever = next(one for one in conformity["criteria"] if "until_on" not in one)
    forever["until_on"] = "9999-12-31"
    payload = encoding.canonical_json({"act": "publish_scheme"} | members)
    with pytest.raises(MalformedError):
        acts.read_act(payload)
    del forever["until_on"]
    acts.read_act(encoding.canonical_json({"act": "publish_scheme"} | members))


def test_a_scheme_file_is_closed() -> None:
    for data in (b"[]", b"{}", b'{"scheme":"https://x.example","x":1}', b"{", b'"x"'):
        with pytest.raises(MalformedError):
            read_scheme(data, b"text")


@pytest.mark.parametrize("scheme", [PROGRAMME.published, *PROGRAMME.also_published])
def test_schemes_are_published_as_untp_does(scheme: acts.PublishScheme) -> None:
    edition = Edition(
        version=scheme.version,
        name=scheme.name,
        custody=scheme.custody,
        profiles=scheme.profiles,
        from_on=scheme.from_on,
        index=3,
    )
    owner = {"id": "did:web:demo.rice.example:actors:hh", "name": "Hiệp hội"}
    written = write_scheme(scheme.scheme, owner, edition, f"{scheme.scheme}/text")
    value = json.loads(written)
    validator = jsonschema_rs.validator_for(
        load("untp-0.7.0/schema/ConformityScheme.json"), validate_formats=True
    )
    validator.validate(value)
    assert not validator.is_valid({**value, "includedProfile": [{}]})
    assert [one["id"].split("/")[-2] for one in value["includedProfile"]] == [
        each.id for each in scheme.profiles
    ]
