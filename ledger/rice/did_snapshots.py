"""DIDs at a domain of their owner: what stands there when an actor is registered, and later."""

from __future__ import annotations

from hashlib import sha256

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.rice import acts
from ledger.rice.actors import Reason
from ledger.rice.case import CaseOf, Outcome
from ledger.rice.did_documents import actor_did, document_url, read_snapshot
from ledger.rice.facts import Actor, Did, Key
from ledger.rice.trust_acts import SnapshotDid


def unfit_did(case: CaseOf[acts.RegisterActor | SnapshotDid]) -> Reason:
    """A DID that is neither the one this ledger gives, nor shown to name keys enrolled here."""
    did, document = _shown(case)
    own = actor_did(case.founding.host, case.body.actor) if case.founding else ""
    if document is None:
        return None if did == own else {"did": did, "why": "its document is not shown"}
    if did == own:
        return {"did": did, "why": "this ledger writes its document"}
    try:
        document_url(did)
        kids = read_snapshot(encoding.decode_base64(document), did, case.place.recorded_at)
    except LedgerError as refusal:
        return {"did": did, "why": refusal.words.en}
    strangers = sorted(kid for kid in kids if kid not in case.offered and not _holds(case, kid))
    return {"did": did, "why": f"the key {strangers[0]} is not enrolled"} if strangers else None


def snapshot(case: CaseOf[acts.RegisterActor | SnapshotDid], outcome: Outcome) -> None:
    """Keep what was seen at an actor's own domain."""
    did, document = _shown(case)
    if document is None:
        return
    digest = encoding.encode_base64(sha256(encoding.decode_base64(document)).digest())
    index = case.place.index
    outcome.put(Did(did=did, actor=case.body.actor, document=digest, snapshot_index=index))


def _shown(case: CaseOf[acts.RegisterActor | SnapshotDid]) -> tuple[str, str | None]:
    """Return an actor's DID and the document that is shown of it, if one is."""
    body = case.body
    if isinstance(body, acts.RegisterActor):
        return body.did, body.did_document
    return case.know(Actor, f"actor:{body.actor}").did, body.document


def _holds(case: CaseOf[acts.RegisterActor | SnapshotDid], kid: str) -> bool:
    """Tell whether a key of the register is the actor's, and in force."""
    key = case.find(Key, f"key:{kid}")
    return key is not None and key.actor == case.body.actor and key.revoked_index is None
