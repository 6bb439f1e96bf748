"""One example of every act, with every member it can have."""

from __future__ import annotations

from msgspec import structs

from ledger.rice import acts
from ledger.rice.trust_acts import Reaffirm, RecoverKey, SnapshotDid
from tests.world import (
    SCHEME,
    accreditation_changed,
    accredited,
    area,
    baseline,
    contract,
    digest,
    founding,
    household,
    inspection,
    kid_of,
    lot,
    offered,
    paper,
    product,
    registration,
    role,
    scheme,
    words,
)

ACTS: tuple[acts.Act, ...] = (
    founding(),
    acts.ChangeSettings(settings=acts.Settings(white_reject_ppt=730)),
    structs.replace(
        registration("x", role("mill", "31249"), legal_id="99", licence="GCN"),
        gln="9521235000012",
        did_document="e30=",
    ),
    acts.GrantRole(actor="x", grant=role("accreditor", "31249", scheme=SCHEME)),
    acts.EndRole(actor="x", role="mill", scheme="", ended_on="2026-03-01", reason="hết hạn"),
    acts.EnrolKey(
        actor="x",
        key=structs.replace(
            offered("phone", admin=False),
            only=("attestation", "harvest", "mark_bags"),
            places=("https://id.gs1.org/414/9521235000012",),
        ),
    ),
    acts.RevokeKey(kid=kid_of("phone"), reason="lost", invalid_from="2026-02-28T23:59:59Z"),
    RecoverKey(actor="x", key=offered("x-2"), lost=(kid_of("x"),)),
    Reaffirm(kid=kid_of("x"), entries=(12, 15)),
    accreditation_changed(accredited("confirmer", "hh", "xa", "31249"), "suspended"),
    SnapshotDid(actor="x", document="e30="),
    area("A001"),
    acts.ChangeArea(
        area="A001", state="suspended", from_on="2028-02-29", reason="kiểm tra", paper="7"
    ),
    product("packed", bag_g=5_000, variety="OM5451", grade="5 %"),
    scheme(),
    acts.ClaimReduction(
        area="A001",
        season="DX-2026",
        statement="https://demo.rice.example/attestations/ghg-1",
        reduction_kg=49_997,
        registry="VCS",
        number="VCS-2026-0042",
    ),
    acts.DeclareRelation(actor="xa", other="htx", kind="consultant"),
    acts.ChangeAttestation(
        attestation="https://demo.rice.example/attestations/1",
        state="withdrawn",
        from_on="2026-03-01",
        reason="false_statement",
        paper="8",
        decided_by="hh",
    ),
    acts.Apply(
        application="urn:uuid:00000000-0000-4000-8000-000000000001",
        certifier="xa",
        profile="conformity",
        scheme=SCHEME,
        areas=("A001", "A002"),
        season="DX-2026",
        area_m2=200_000,
    ),
    acts.DeclineApplication(
        application="urn:uuid:00000000-0000-4000-8000-000000000001",
        reason="records_differ",
        remark="nhật ký thiếu lần phun ngày 12/02",
        paper="9/TB",
        decided_on="2026-03-02",
    ),
    acts.IssueLabels(batch="N1", lot=lot("P1"), count=5, number_digits=4, root=digest("n1")),
    acts.ActivateLabels(bag_ranges=(acts.BagRange(batch="N1", first=1, last=3),)),
    acts.VoidLabels(
        bag_ranges=(
            acts.BagRange(batch="N1", first=4, last=4),
            acts.BagRange(batch="N2", first=1, last=9),
        ),
        reason="damaged",
    ),
    acts.MarkBags(batch="N1", numbers=(2, 5), state="sold", marked_at="2026-03-02T02:00:00Z"),
    acts.Hold(lots=(lot("P1"),), reason=words("kiểm tra")),
    acts.ClearHold(lots=(lot("P1"),), hold_index=7, reason=words("đạt")),
    acts.Recall(lots=(lot("P1"), lot("P2")), reason=words("thu hồi"), contact="1900 0000"),
    inspection(),
    contract(
        "HĐLK-DX26/001",
        *("A001", "A002"),
        variety="OM18",
        **{name: digest(name) for name in ("document", "price", "bonus", "advance")},
    ),
    baseline(),
    paper("C/O 1"),
    household(),
    acts.RecordErasure(kind="household", fields=3, erased_on="2026-03-01", reason="withdrawn"),
)
