"""What is to be said, and by whose keys, before anybody has signed it.

A statement's bytes follow from its draft and nothing else, so it may be signed anywhere: `readers`
have many signed in child processes, where statements are read.
"""

from __future__ import annotations

from msgspec import Struct

from ledger.log import encoding
from ledger.log.keys import SigningKey
from ledger.log.statement import ACT, CREDENTIAL, EVENT, seal, seal_many
from ledger.rice import acts, profile
from ledger.rice.acts import Act, IssueLabels
from ledger.rice.events import AnyEvent
from ledger.rice.labels import LabelBatch, commit


class Labelling(Struct, frozen=True, gc=False):
    """Labels about to be issued for a lot: their root takes some hashes for every bag."""

    name: str
    lot: str
    batch: LabelBatch
    secret: bytes

    def act(self) -> IssueLabels:
        """Return the act that issues them."""
        return IssueLabels(
            batch=self.name,
            lot=self.lot,
            count=self.batch.count,
            number_digits=self.batch.number_length,
            root=encoding.encode_base64(commit(self.batch, self.secret).root),
        )


Body = Act | AnyEvent | Labelling | bytes
"""What a draft says; bytes are those of a credential."""


class Unsigned(Struct, frozen=True, gc=False):
    """What is said, the keys of everybody it takes, and in which ledger.

    A credential names its key by ``kid``, a DID URL.
    """

    body: Body
    keys: tuple[SigningKey, ...]
    ledger: str
    kid: str | None = None


def sealed(draft: Unsigned) -> bytes:
    """Return the statement: what is said, signed by everybody it takes."""
    body = draft.body.act() if isinstance(draft.body, Labelling) else draft.body
    if isinstance(body, bytes):
        return seal(body, typ=CREDENTIAL, key=draft.keys[0], kid=draft.kid)
    if isinstance(body, Act):
        payload, typ = acts.write_act(body), ACT
    else:
        payload, typ = profile.write_event(body), EVENT
    if len(draft.keys) > 1:
        return seal_many(payload, keys=draft.keys, ledger=draft.ledger)
    return seal(payload, typ=typ, key=draft.keys[0], ledger=draft.ledger)
