"""What a lot file hashes of a batch of codes: made once, kept beside the log, checked by sample.

The digests follow from the batch's secret and can be made again, so they are a cache; but what is
handed out from it is signed, so it is held against the secret whenever it is used or audited.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from ledger.proof.lot_file import DIGEST_BYTES, SALT_BYTES, code_digest
from ledger.rice.labels import LabelBatch, label_at

DIGESTS = "digests"
"""The kind under which digests are kept among the disclosures, by the name of their batch."""

_SALT_TAG = "rice-ledger/lot-file@v1"
_LOOKED_AT = 16


def salt_of(batch: str, secret: bytes) -> bytes:
    """Return a salt that nobody could know before the first file of a batch was made."""
    return hmac.digest(secret, f"{_SALT_TAG}\n{batch}\n".encode(), sha256)[:SALT_BYTES]


def are_digests_of(batch: LabelBatch, name: str, secret: bytes, digests: bytes) -> bool:
    """Tell whether digests are as many as a batch has labels, and right at its ends and between.

    All of them would take 0.2 ms each.
    """
    if len(digests) != batch.count * DIGEST_BYTES:
        return False
    salt, step = salt_of(name, secret), max(1, batch.count // _LOOKED_AT)
    return all(
        digests[(number - 1) * DIGEST_BYTES : number * DIGEST_BYTES]
        == code_digest(salt, label_at(batch, secret, number).serial)
        for number in {*range(1, batch.count + 1, step), batch.count}
    )
