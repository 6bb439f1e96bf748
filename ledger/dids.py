"""DID documents of a ledger's actors, gathered from its store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ledger.errors import NotFoundError
from ledger.log import encoding
from ledger.rice.did_documents import did_document
from ledger.rice.facts import Actor, Key, find
from ledger.sequencer import receipt_of
from ledger.store.store import Reading


def document_of(view: Reading, actor: str, at: datetime) -> dict[str, Any]:
    """Return the DID document of an actor at a moment; refuse a name that is no actor's."""
    found = find(view, Actor, f"actor:{actor}")
    if found is None:
        raise NotFoundError("name_unknown", name=actor)
    held = keys_of(view, actor)
    revoked = [key.revoked_index for key in held if key.revoked_index is not None]
    revoked_at = {
        row[0]: encoding.format_time(receipt_of(row).recorded_at)
        for row in view.entries_at(revoked)
    }
    return did_document(found, held, revoked_at, at)


def keys_of(view: Reading, actor: str) -> list[Key]:
    """Return an actor's keys, oldest first. There are few keys beside the entries they signed."""
    held = [key for key in view.every(Key, "key") if key.actor == actor]
    return sorted(held, key=lambda key: (key.enrolled_index, key.kid))
