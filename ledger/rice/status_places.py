"""Where the state of an attestation can be read by anybody's tools: a place in a status list.

A credential names one bit of one list (W3C Bitstring Status List 1.0, section 2.1) before the list
says anything. The ledger's lists stand at ``https://<host>/status/suspension/<number>``, numbered
from 1, the same for all issuers, so that a place says nothing of whose it is.

A place is drawn from a secret of its issuer: nobody else can tell from it which attestation it is,
how many there are, or in what order they came. Whoever draws passes over places they know are
taken; a rule refuses a place that was taken all the same, and a second draw gives another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import count
from urllib.parse import unquote

from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.log.status_list import BITS_MIN, StatusEntry
from ledger.rice.actors import Reason
from ledger.rice.case import CaseOf, Outcome
from ledger.rice.credentials import Attested
from ledger.rice.life_facts import StatusPlace

PURPOSE = "suspension"
"""Set is suspended, and may be cleared again; of what was withdrawn it is never cleared."""
PLACES = BITS_MIN
"""In one list."""
FULL = PLACES // 2
"""A list with so many taken is left alone, while a free one is still soon drawn."""
LISTS_MAX = 9_999
SECRET_LENGTH = 32

_TAG = b"rice-ledger/status@v1\n"


def list_url(host: str, number: int) -> str:
    """Return the address of a list; ``host`` is percent-encoded as in a DID."""
    return f"{_lists_at(host)}{PURPOSE}/{number}"


def draw_place(secret: bytes, attestation: str, is_taken: Callable[[int], bool]) -> int:
    """Return a place that is not taken, as the secret of an issuer gives it for an attestation.

    ``secret`` has 32 bytes; of a list that is half taken, two draws are needed on average.
    """
    assert len(secret) == SECRET_LENGTH
    seed = hashlib.sha256(_TAG + secret + attestation.encode()).digest()
    for attempt in count():
        drawn = hashlib.sha256(seed + attempt.to_bytes(8, "big")).digest()
        place = int.from_bytes(drawn[:8], "big") % PLACES
        if not is_taken(place):
            break
    return place


def number_of(host: str, url: str) -> int | None:
    """Return which list of a ledger stands at an address; nothing if none can."""
    try:
        number = encoding.parse_count(url.removeprefix(f"{_lists_at(host)}{PURPOSE}/"))
    except MalformedError:
        return None
    return number if 1 <= number <= LISTS_MAX else None


def unfit_place(case: CaseOf[Attested]) -> Reason:
    """A credential names a list of this ledger in a way that no list of it can answer."""
    ours = _ours(case)
    for one in ours:
        is_list = number_of(_host(case), one.list) is not None
        if not is_list or one.purpose != PURPOSE or one.index >= PLACES or len(ours) > 1:
            return {"list": one.list, "place": one.index}
    return None


def taken_place(case: CaseOf[Attested]) -> Reason:
    """A credential names the place of another attestation."""
    for one in _ours(case):
        if case.find(StatusPlace, f"status:{one.list}#{one.index}"):
            return {"list": one.list, "place": one.index}
    return None


def keep_place(case: CaseOf[Attested], outcome: Outcome) -> None:
    """Keep whose a place is."""
    for one in _ours(case):
        outcome.put(StatusPlace(list=one.list, place=one.index, attestation=case.body.id))


def _ours(case: CaseOf[Attested]) -> list[StatusEntry]:
    """Return the places a credential names in lists of this ledger; others are others' affair."""
    return [one for one in case.body.statuses if one.list.startswith(_lists_at(_host(case)))]


def _host(case: CaseOf[Attested]) -> str:
    return case.founding.host if case.founding else ""


def _lists_at(host: str) -> str:
    return f"https://{unquote(host)}/status/"
