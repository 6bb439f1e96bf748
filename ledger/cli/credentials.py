"""Other houses' certificates: reading one that a partner hands over, offline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ledger.cli.exits import Exit
from ledger.cli.opening import read_bytes
from ledger.cli.options import AsJson
from ledger.cli.speech import Speech, printable, refusal_record
from ledger.cli.written import moment_of
from ledger.errors import LedgerError, MalformedError

if TYPE_CHECKING:
    from ledger.log.methods import Methods
    from ledger.log.secured import Secured

Verdict = Literal["holds", "not_in_force", "suspended", "cannot_check", "refused"]
_STATUS: dict[Verdict, Exit] = {
    "holds": Exit.DONE,
    "cannot_check": Exit.CANNOT_TELL,
    "not_in_force": Exit.NO,
    "suspended": Exit.NO,
    "refused": Exit.NO,
}
"""From best to worst: a presentation is worth what the worst in it is worth."""
_HEADLINES: dict[Verdict, str] = {
    "holds": "credential_holds",
    "not_in_force": "credential_not_in_force",
    "suspended": "credential_suspended",
    "refused": "credential_refused",
}
_NAMED = {
    "issuer": "credential_issuer",
    "valid_from": "credential_valid_from",
    "valid_until": "credential_valid_until",
}


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(credential)


def credential(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The certificate or presentation; - for input.")],
    key: Annotated[
        list[Path] | None,
        typer.Option(
            help="Who you believe: an issuer's JWK, verification method, or did.json."
            " Get it by another way than the certificate. May be given again."
        ),
    ] = None,
    status: Annotated[
        list[Path] | None,
        typer.Option(
            help="A status list that the certificate names, as somebody fetched it. May be given"
            " again. With it, a state that cannot be read makes the answer: cannot tell."
        ),
    ] = None,
    at: Annotated[
        str, typer.Option(help="Judge as of this moment, such as 2026-05-01T00:00:00Z.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Read a certificate that somebody else issued, offline.

    W3C credentials and presentations as JWT, SD-JWT or COSE: what they say, who signed, whether
    the signature holds. Nothing is recorded.
    """
    from ledger.log.methods import read_methods
    from ledger.log.secured import parse_secured

    speech: Speech = ctx.obj
    speech.to_program = as_json
    moment = moment_of(at, "--at")
    methods: Methods = {}
    for path in key or ():
        methods = {**methods, **read_methods(read_bytes(path), moment)}
    judged = _judge(parse_secured(read_bytes(file)), methods, moment)
    if status:
        lists = _lists(status)
        judged = _with_status(judged, lists, methods, moment)
    if as_json:
        speech.answer(_record(judged))
    else:
        _tell(speech, judged)
    worst = max((judged, *judged.enclosed), key=lambda one: list(_STATUS).index(one.verdict))
    if worst.verdict != "holds":
        raise typer.Exit(_STATUS[worst.verdict])


@dataclass(frozen=True, slots=True)
class _Judged:
    """One certificate or presentation with its verdict, and those inside it with theirs."""

    verdict: Verdict
    media_type: str
    secured: Secured | None = None
    refusal: LedgerError | None = None
    enclosed: tuple[_Judged, ...] = ()


def _judge(secured: Secured, methods: Methods, at: datetime) -> _Judged:
    from ledger.log.presentation import Enclosed, open_enclosed
    from ledger.log.secured import check_secured

    enclosed: tuple[Enclosed, ...] = ()
    refusal = None
    try:
        if secured.is_presentation:
            enclosed = open_enclosed(secured, methods)
        check_secured(secured, methods)
    except LedgerError as error:
        refusal = error
    return _Judged(
        _verdict(secured, refusal, at),
        secured.media_type,
        secured,
        refusal,
        tuple(
            _Judged(
                _verdict(one.secured, one.refusal, at), one.media_type, one.secured, one.refusal
            )
            for one in enclosed
        ),
    )


def _verdict(secured: Secured | None, refusal: LedgerError | None, at: datetime) -> Verdict:
    from ledger.log.secured import read_validity

    if refusal is not None:
        return "cannot_check" if refusal.code == "key_not_known" else "refused"
    if secured is None:
        return "cannot_check"  # a form not read here
    return "holds" if read_validity(secured.claims).holds(at) else "not_in_force"


def _lists(paths: list[Path]) -> dict[str, Secured]:
    """Return status lists by the addresses they give themselves."""
    from ledger.log.secured import parse_secured

    found = [parse_secured(read_bytes(path)) for path in paths]
    return {str(one.claims.get("id", "")): one for one in found}


def _with_status(
    judged: _Judged, lists: Mapping[str, Secured], methods: Methods, at: datetime
) -> _Judged:
    """Return a judgement, and those inside it, with what status lists say.

    What they do not say is unknown: it is never taken for fine.
    """
    enclosed = tuple(_with_status(one, lists, methods, at) for one in judged.enclosed)
    judged = replace(judged, enclosed=enclosed)
    if judged.secured is None or judged.secured.is_presentation or judged.verdict != "holds":
        return judged
    try:
        return replace(judged, verdict=_state(judged.secured, lists, methods, at))
    except LedgerError as error:
        return replace(judged, verdict="cannot_check", refusal=error)


def _state(
    secured: Secured, lists: Mapping[str, Secured], methods: Methods, at: datetime
) -> Verdict:
    from ledger.log.secured import check_secured
    from ledger.log.statement import issuer_of
    from ledger.log.status_list import check_status, read_entries

    issuer = issuer_of(secured.claims)
    entries = read_entries(secured.claims.get("credentialStatus"))
    if secured.withheld and not entries:
        raise MalformedError("status_unreadable", what="withheld")
    for entry in entries:
        if entry.purpose not in {"suspension", "revocation"}:
            continue
        if check_status(entry, issuer, lists, lambda one: check_secured(one, methods), at):
            return "suspended"
    return "holds"


def _record(judged: _Judged) -> dict[str, Any]:
    """Return a judgement as a program reads it."""
    record: dict[str, Any] = {"media_type": judged.media_type, "verdict": judged.verdict}
    if judged.secured is not None:
        record |= {
            **_named(judged.secured.claims),
            "alg": judged.secured.signature.alg,
            "claims": judged.secured.claims,
            "form": judged.secured.form,
            "kid": judged.secured.signature.kid,
            "withheld": judged.secured.withheld,
        }
    if judged.refusal is not None:
        record["refused"] = refusal_record(judged.refusal)
    if judged.secured is not None and judged.secured.is_presentation:
        record["enclosed"] = [_record(one) for one in judged.enclosed]
    return record


def _named(claims: dict[str, Any]) -> dict[str, str]:
    """Return whom and which days claims name, as far as they can be read."""
    from ledger.log import encoding
    from ledger.log.secured import read_validity
    from ledger.log.statement import issuer_of

    named = {}
    with suppress(LedgerError):
        named["issuer"] = issuer_of(claims)
    with suppress(LedgerError):
        validity = read_validity(claims)
        moments = {"valid_from": validity.since, "valid_until": validity.until}
        named |= {name: encoding.format_time(end) for name, end in moments.items() if end}
    return named


def _tell(speech: Speech, judged: _Judged) -> None:
    """Say a judgement to a person, those inside one after the other."""
    for line in _lines(speech, judged):
        speech.tell(printable(line))
    for one in judged.enclosed:
        speech.tell("")
        for line in _lines(speech, one):
            speech.tell(f"  {printable(line)}")
    speech.tell("")
    speech.tell(speech.phrase("credential_limits"))


def _headline(speech: Speech, judged: _Judged) -> str:
    """Return the verdict in words; where it cannot be told, what is missing for it."""
    if judged.verdict != "cannot_check":
        return speech.phrase(_HEADLINES[judged.verdict])
    if judged.secured is None or judged.refusal is None:
        return speech.phrase("credential_form_unread")
    if judged.refusal.code != "key_not_known":
        return speech.phrase("credential_state_unknown")
    kid, own = str(judged.refusal.details["kid"]), judged.secured.signature.kid
    wanted = "credential_key_wanted" if kid == own else "credential_list_key_wanted"
    return speech.phrase(wanted, kid=kid)


def _lines(speech: Speech, judged: _Judged) -> Iterator[str]:
    secured = judged.secured
    yield f"{_headline(speech, judged)} [{judged.verdict}]"
    if judged.refusal is not None and judged.refusal.code != "key_not_known":
        yield f"{speech.text(judged.refusal.words)} [{judged.refusal.code}]"
    yield speech.phrase("credential_form", form=judged.media_type)
    if secured is None:
        return
    yield speech.phrase("credential_key", kid=secured.signature.kid, alg=secured.signature.alg)
    for name, value in _named(secured.claims).items():
        yield speech.phrase(_NAMED[name], value=value)
    if secured.withheld:
        yield speech.phrase("credential_withheld", count=secured.withheld)
    is_signed = judged.verdict in {"holds", "not_in_force"}
    yield speech.phrase("credential_says" if is_signed else "credential_says_unproved")
    yield from _spell(secured.claims, judged.enclosed)


def _spell(claims: dict[str, Any], enclosed: tuple[_Judged, ...]) -> Iterator[str]:
    """Yield what is claimed as indented JSON; credentials that follow on their own are left out."""
    from msgspec import json

    shown = {
        name: value
        for name, value in claims.items()
        if not (enclosed and name == "verifiableCredential")
    }
    encoder = json.Encoder(decimal_format="number")
    yield from json.format(encoder.encode(shown), indent=2).decode().split("\n")
