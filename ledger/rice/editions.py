"""What the scheme that an attestation names says of attestations of its kind."""

from __future__ import annotations

from ledger.rice.case import CaseOf
from ledger.rice.certificate_facts import (
    Scheme,
)
from ledger.rice.credentials import Attested
from ledger.rice.facts import (
    Facts,
    find,
)
from ledger.rice.schemes import Edition, Profile


def edition_of(case: CaseOf[Attested]) -> Edition:
    """Return the version of its scheme in force when an attestation takes effect."""
    return case.know(Scheme, f"scheme:{case.body.scheme}").on(case.body.from_on)


def profile_of(case: CaseOf[Attested]) -> Profile:
    """Return its profile; `certifying.unknown_profile` has found that there is one."""
    return profile_in(case.facts, case.body)


def profile_in(facts: Facts, body: Attested) -> Profile:
    """Return the profile of an attestation that is known to have one."""
    scheme = find(facts, Scheme, f"scheme:{body.scheme}")
    profile = scheme and scheme.on(body.from_on).profile(body.profile)
    assert profile, body.profile
    return profile
