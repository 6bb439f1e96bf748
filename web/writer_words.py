"""The words of `ledger.rice.plain` as data, for pages that show what is signed on a device.

There is one table of words, Python's; a page that signs without a network carries them along.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

from msgspec import Struct, structs

from ledger.errors import Words
from ledger.rice import plain
from ledger.rice.anchors import Accredited
from ledger.rice.claim_words import ATTESTED, CLAIMS
from ledger.rice.credentials import Attested
from ledger.rice.events import AnyEvent
from ledger.rice.plain_words import VALUES

_RECORDS: tuple[type[Struct], ...] = (*get_args(AnyEvent), Attested, Accredited)


def plain_words() -> bytes:
    """Return every word, and the order in which records are told."""
    words = {
        "kinds": _said(plain.KINDS),
        "members": _said(plain.MEMBERS),
        "attested": _said(ATTESTED),
        "claims": _said(CLAIMS),
        "values": _said(VALUES),
        "headings": _said(plain.HEADINGS),
        "records": {
            record.__name__: [field.name for field in structs.fields(record)] for record in _RECORDS
        },
    }
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()


def _said(words: Mapping[str, Words]) -> dict[str, Any]:
    return {name: {"vi": one.vi, "en": one.en} for name, one in words.items()}
