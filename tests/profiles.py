"""The kinds of attestation that schemes in tests know."""

from __future__ import annotations

from ledger.rice.schemes import Criterion, Profile, Quota
from ledger.rice.terms import LocalText


def words(text: str) -> LocalText:
    """Return the same words in both languages."""
    return LocalText(vi=text, en=text)


SEED = Criterion(
    id="seed-rate",
    name=words("giống"),
    unit="KGM",
    relation="at_most",
    threshold="100",
    from_on="2024-01-01",
    until_on="2029-12-31",
)
CONFORMITY = Profile(
    id="conformity",
    name=words("phù hợp"),
    effect="covers",
    attestation_type="certification",
    signers=("confirmer",),
    longest_days=366,
    criteria=(SEED,),
)
EMISSIONS = Profile(
    id="ghg",
    name=words("phát thải"),
    effect="states",
    attestation_type="verification",
    signers=("verifier",),
    longest_days=366,
)
GRANT = Profile(
    id="grant",
    name=words("cấp nhãn"),
    effect="licenses",
    attestation_type="certification",
    signers=("scheme_owner", "decision_body"),
    needs=("conformity",),
    longest_days=366,
    quota=Quota(most_g_per_ha=5_000_000, usual_g_per_ha=3_410_000),
)
SALE = Profile(
    id="transaction",
    name=words("giao dịch"),
    effect="transacts",
    attestation_type="certification",
    signers=("scheme_owner",),
    longest_days=366,
)
REFERENCE = Profile(
    id="certificate",
    name=words("giấy khác"),
    effect="refers",
    attestation_type="declaration",
    signers=("verifier", "confirmer"),
    longest_days=1100,
)
PROFILES = (CONFORMITY, EMISSIONS, GRANT, SALE, REFERENCE)
