"""What the scheme that an attestation names says of attestations of its kind."""

from __future__ import annotations

from ledger.rice.case import CaseOf
from ledger.rice.credentials import Attested
from ledger.rice.facts import Scheme
from ledger.rice.schemes import Edition, Profile


def edition_of(case: CaseOf[Attested]) -> Edition:
    """Return the version of its scheme in force when an attestation takes effect."""
    return case.know(Scheme, f"scheme:{case.body.scheme}").on(case.body.from_on)


def profile_of(case: CaseOf[Attested]) -> Profile:
    """Return its profile; `attestations.unknown_profile` has found that there is one."""
    profile = edition_of(case).profile(case.body.profile)
    assert profile is not None, case.body.profile
    return profile
