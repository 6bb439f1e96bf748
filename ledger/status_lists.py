"""The states of attestations as a W3C Bitstring Status List credential: a view of the log.

A list is worked out from what is published; nobody keeps or edits it. So it is signed by the log,
as ``did:web:<host>``, and says of itself that it is a view and of which checkpoint: what counts is
the issuer's signed statement in the log (decision 9).

A bit is set while an attestation is suspended, withdrawn or superseded, or disputed because its
key was stolen: that is cleared again once its issuer reaffirms it, as the purpose has it. That it
has not begun, or has expired, is in the credential itself.

States change by local days. A list for a past moment holds for the day of that moment, and says
what was in force then by what is recorded now. A list for now holds for 48 hours, because whoever
is offline needs some; it begins with the hour, or with the last entry it knows of, so that whoever
asks within the hour gets the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from ledger.errors import CODES, NotFoundError, Words
from ledger.log import encoding
from ledger.log.checkpoint import Checkpoint
from ledger.log.entry import parse_entry
from ledger.log.keys import SigningKey
from ledger.log.statement import CREDENTIAL, seal
from ledger.log.status_list import BITS_MIN, LIST, LIST_CREDENTIAL, encode_status_list, set_bits
from ledger.rice.attestations import standing
from ledger.rice.certificate_facts import (
    Attestation,
)
from ledger.rice.facts import (
    Founding,
    find,
)
from ledger.rice.life import known_at
from ledger.rice.life_facts import StatusPlace
from ledger.rice.status_places import LISTS_MAX, PURPOSE, list_url
from ledger.store.store import Reading
from ledger.tracing import find_all

CODES |= {
    "status_list_unknown": Words(
        "There is no status list {number} here.",
        "Không có danh sách trạng thái {number}.",
    ),
    "status_not_yet": Words(
        "{at} is still to come, or was before this ledger: nothing is known of it.",
        "{at} chưa đến, hoặc trước khi có sổ này: không có thông tin.",
    ),
}

HOLDS_FOR = timedelta(hours=48)
SET = frozenset({"suspended", "withdrawn", "superseded", "disputed"})
_DAY = timedelta(days=1)
_LOCAL = timedelta(hours=7)
_BATCH = 1_000
_KEPT = 64


def ledger_did(view: Reading) -> str:
    """Return the DID under which a ledger issues its lists."""
    return f"did:web:{_founding(view).host}"


class StatusLists:
    """Issues lists, and keeps a few: whoever asks again within the hour costs nothing."""

    def __init__(self) -> None:
        self._issued: dict[tuple[int, int, datetime], bytes] = {}

    def issue(
        self,
        view: Reading,
        published: Checkpoint,
        log_key: SigningKey,
        number: int,
        now: datetime,
        at: datetime | None = None,
    ) -> bytes:
        """Return a list as ``vc+jwt``: for a past moment, or for now if none is named.

        Raises `NotFoundError` where no attestation has a place in that list, and for a moment of
        which the log cannot know.
        """
        since, until = _validity(view, published.size, now, at)
        named = (number, published.size, since)
        issued = self._issued.get(named)
        if issued is None:
            issued = _issue(view, published, log_key, number, (since, until))
            if len(self._issued) >= _KEPT:
                self._issued.clear()
            self._issued[named] = issued
        return issued


def _issue(
    view: Reading,
    published: Checkpoint,
    log_key: SigningKey,
    number: int,
    period: tuple[datetime, datetime],
) -> bytes:
    size, (since, until) = published.size, period
    host = _founding(view).host
    url = list_url(host, number)
    places = list(view.every(StatusPlace, "status", f"{url}#"))
    if not 1 <= number <= LISTS_MAX or not places:
        raise NotFoundError("status_list_unknown", number=number)
    on = encoding.local_day(since)
    known = _known(view, places, size)
    bits = set_bits(
        bytes(BITS_MIN // 8),
        (place.place for place, of in known if standing(view, of, on, size) in SET),
    )
    root = encoding.encode_base64(published.root)
    claims = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": url,
        "type": ["VerifiableCredential", LIST_CREDENTIAL],
        "issuer": f"did:web:{host}",
        "validFrom": _second(since),
        "validUntil": _second(until),
        "name": f"Status list {number}: a view of the log {published.origin}",
        "description": (
            f"Derived by the ledger from the first {size} entries of its log (root {root}); not a"
            " decision of its own. Decisions are statements in the log, signed by who issued each"
            " attestation."
        ),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": LIST,
            "statusPurpose": PURPOSE,
            "encodedList": encode_status_list(bits),
        },
    }
    kid = f"did:web:{host}#{log_key.public.kid}"
    return seal(encoding.canonical_json(claims), typ=CREDENTIAL, key=log_key, kid=kid)


def _validity(
    view: Reading, size: int, now: datetime, at: datetime | None
) -> tuple[datetime, datetime]:
    """Return from when until when a list holds."""
    first = parse_entry(view.entry(0)[1]).recorded_at
    if at is not None and not _local_midnight(first) <= at <= now:
        raise NotFoundError("status_not_yet", at=encoding.format_time(at))
    if at is not None and _local_midnight(at) < _local_midnight(now):
        begun = _local_midnight(at)
        return begun, begun + _DAY - timedelta(seconds=1)
    moment = now if at is None else at
    last = parse_entry(view.entry(size - 1)[1]).recorded_at.replace(microsecond=0)
    since = max(moment.replace(minute=0, second=0, microsecond=0), min(last, moment))
    return since, since + HOLDS_FOR


def _local_midnight(at: datetime) -> datetime:
    local = at + _LOCAL
    return local.replace(hour=0, minute=0, second=0, microsecond=0) - _LOCAL


def _second(at: datetime) -> str:
    """Return a moment to the second, as XML Schema's dateTimeStamp."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _founding(view: Reading) -> Founding:
    founding = find(view, Founding, "ledger:")
    assert founding is not None, "a ledger begins with its founding"
    return founding


def _known(
    view: Reading, places: list[StatusPlace], size: int
) -> Iterator[tuple[StatusPlace, Attestation]]:
    """Yield the attestations in a list as far as they are published."""
    for first in range(0, len(places), _BATCH):
        page = places[first : first + _BATCH]
        found = find_all(view, Attestation, (f"attestation:{one.attestation}" for one in page))
        for place in page:
            attestation = found.get(f"attestation:{place.attestation}")
            known = known_at(attestation, size) if attestation else None
            if known is not None:
                yield place, known
