"""The desk of one organisation: partners' events come in, are signed with its key, and go on.

An event passes through, in order:

1. Normal form (`ledger.epcis.normal`); what is no event of the ledger is refused here.
2. Signing. What is signed is kept in the gateway's file before it is sent.
3. Sending, by a thread of its own, oldest job first. A crash before the answer came leaves the job
   as it was; sending the same bytes again gets the same answer. A ledger that does not answer is
   asked again until it does.
4. The answer is kept, and the statements are dropped from the file.

Whoever may call the gateway speaks in the organisation's name: it belongs behind the organisation's
own door.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import json

from ledger.epcis.documents import Document, Event
from ledger.epcis.exceptions import Trouble, trouble_of
from ledger.epcis.facets import facets_of
from ledger.epcis.normal import normal_form
from ledger.epcis.ports import SIMPLE_QUERY, Job
from ledger.epcis.refusals import KnownError, UnreachableError
from ledger.errors import LedgerError, NotFoundError
from ledger.gateway.remote import RemoteLedger
from ledger.gateway.shelf import Pending, Shelf, Signed
from ledger.log.encoding import format_time
from ledger.log.keys import SigningKey
from ledger.log.statement import EVENT, seal

RETRY_SECONDS, RETRY_SECONDS_MAX = 1.0, 60.0
_ALONE = "refused_together"

_log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


class Office:
    """Takes events and signs them; a `Desk`."""

    def __init__(
        self, ledger: RemoteLedger, shelf: Shelf, key: SigningKey, *, origin: str, clock: Clock
    ) -> None:
        self._ledger = ledger
        self._shelf = shelf
        self._key = key
        self._origin = origin
        self._clock = clock
        self._stop = threading.Event()
        self._arrived = threading.Event()
        self._sender = threading.Thread(target=self._send_all, name="sending", daemon=True)
        self._sender.start()

    def close(self) -> None:
        """Finish what is being sent; the rest is sent when the gateway is started again."""
        self._stop.set()
        self._arrived.set()
        self._sender.join()

    def record(self, event: Event) -> str:
        """Take one event; return its name once it is in the ledger."""
        signed = self._sign(event, ())
        (taken,) = self._ledger.send([signed.statement], together=False)
        if isinstance(taken, LedgerError):
            raise taken
        if not taken:
            raise KnownError("epcis_event_known", event=signed.event)
        return signed.event

    def capture(self, document: Document, *, together: bool) -> str:
        """Take a document; return the name of the job that brings it to the ledger."""
        signed: list[Signed] = []
        troubles: list[Trouble] = []
        for event in document.events:
            try:
                signed.append(self._sign(event, document.context))
            except LedgerError as refusal:
                troubles.append(trouble_of(refusal, str(event.get("eventID", ""))))
        if together and troubles:
            signed = []
        now = format_time(self._clock())
        job = Job(
            id=secrets.token_hex(16),
            created_at=now,
            finished_at="" if signed else now,
            together=together,
            troubles=tuple(troubles),
        )
        self._shelf.add_job(job, signed)
        self._arrived.set()
        return job.id

    def jobs(self, after: str, limit: int) -> Sequence[Job]:
        """Return capture jobs, newest first."""
        return self._shelf.jobs(after, limit)

    def job(self, name: str) -> Job:
        """Return one capture job."""
        return self._shelf.job(name)

    def queries(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the named queries."""
        return {SIMPLE_QUERY: {}, **self._shelf.queries()}

    def keep_query(self, name: str, query: Mapping[str, Any]) -> None:
        """Keep a query under a name."""
        if name == SIMPLE_QUERY:
            raise KnownError("epcis_query_taken", name=name)
        self._shelf.keep_query(name, json.encode(query, order="sorted"))

    def drop_query(self, name: str) -> None:
        """Forget a named query."""
        if name == SIMPLE_QUERY:
            raise NotFoundError("epcis_query_unknown", name=name)
        self._shelf.drop_query(name)

    def _sign(self, event: Event, context: Sequence[Any]) -> Signed:
        payload = normal_form(event, context)
        statement = seal(payload, typ=EVENT, key=self._key, ledger=self._origin)
        return Signed(facets_of(payload).event_id, statement)

    def _send_all(self) -> None:
        """Send jobs until told to stop."""
        wait = RETRY_SECONDS
        while not self._stop.is_set():
            self._arrived.clear()
            pending = self._shelf.pending()
            if pending is None:
                self._arrived.wait()
                continue
            try:
                self._send(pending)
            except UnreachableError:
                self._stop.wait(wait)
                wait = min(2 * wait, RETRY_SECONDS_MAX)
            except Exception:  # noqa: BLE001  whatever it is, partners wait for the next try
                # A slip of ours, or a full disk: the job stays, and the next try may do better.
                _log.exception("job %s", pending.job)
                self._stop.wait(RETRY_SECONDS_MAX)
            else:
                wait = RETRY_SECONDS

    def _send(self, pending: Pending) -> None:
        statements = [one.statement for one in pending.signed]
        taken = self._ledger.send(statements, together=pending.together)
        troubles = [
            trouble_of(answer, one.event)
            for one, answer in zip(pending.signed, taken, strict=True)
            # Those that fell only because others did have nothing wrong with them.
            if isinstance(answer, LedgerError) and answer.code != _ALONE
        ]
        earlier = self._shelf.job(pending.job).troubles
        self._shelf.finish_job(pending.job, format_time(self._clock()), [*earlier, *troubles])
