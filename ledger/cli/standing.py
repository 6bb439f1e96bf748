"""The life of attestations: how they stand, what rests on them, what ends, and changing them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli.acting import confirm, record_acts
from ledger.cli.listing import CsvFile, XlsxFile, amount_words, tell_list, write_lists
from ledger.cli.opening import opened
from ledger.cli.options import HERE, AsJson, Folder, PassphraseFile
from ledger.cli.phrases import PHRASES
from ledger.cli.signers import opened_holder
from ledger.cli.speech import Speech
from ledger.cli.written import day_of, day_or_today, season_of, whole_of
from ledger.errors import CODES, ConflictError, MalformedError, NotFoundError, RefusedError, Words

if TYPE_CHECKING:
    from ledger.rice.acts import Apply
    from ledger.rice.certificate_facts import Attestation
    from ledger.service import Ledger
    from ledger.standing import Ending, Impact, Standing
    from ledger.store.store import Reading

CODES |= {
    "issuer_only": Words(
        "{actor} did not issue {number}: only {issuer}, who did, may change it.",
        "{actor} không cấp {number}: chỉ nơi cấp là {issuer} được thay đổi.",
    ),
    "asked_already": Words(
        "This was asked for on {on} and waits for its answer: {name}.",
        "Đã nộp đơn này ngày {on} và đang chờ trả lời: {name}.",
    ),
}

Name = Annotated[str, typer.Argument(help="An attestation: its id, or the number on the paper.")]
OnDay = Annotated[
    str, typer.Option("--on", help="On this day, such as 2026-05-01 or 01/05/2026; else today.")
]
SignerKey = Annotated[
    str, typer.Option("--key", help="Key of whoever says so: a file, or pkcs11:…")
]
Hectares = Annotated[str, typer.Option("--ha", help="Hectares, such as 12.5.")]
Tonnes = Annotated[str, typer.Option("--tonnes", help="Tonnes of white rice, such as 30.25.")]
STATES: dict[str, Words] = {
    "applied": Words("applied for", "đã nộp đơn"),
    "declined": Words("declined", "đã từ chối"),
    "pending": Words("not yet in force", "chưa có hiệu lực"),
    "granted": Words("in force", "có hiệu lực"),
    "suspended": Words("suspended", "tạm đình chỉ"),
    "reinstated": Words("in force again", "có hiệu lực trở lại"),
    "reduced": Words("in force for less", "có hiệu lực, đã thu hẹp"),
    "withdrawn": Words("withdrawn", "đã thu hồi"),
    "superseded": Words("replaced", "đã thay thế"),
    "expired": Words("ended", "đã hết hạn"),
    "disputed": Words("disputed: its key was stolen", "đang tranh chấp: khóa ký bị lộ"),
}
KINDS: dict[str, Words] = {
    "attestation": Words("attestation", "chứng nhận"),
    "suspension": Words("suspension, to be decided", "đình chỉ, cần quyết định"),
    "accreditation": Words("accreditation", "công nhận"),
    "role": Words("office", "vai trò"),
    "licence": Words("export licence", "giấy phép xuất khẩu"),
    "key": Words("key", "khóa"),
    "area": Words("area code", "mã số vùng trồng"),
}
_M2_PER_HA, _G_PER_TONNE = 10_000, 1_000_000


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(status)
    app.command()(impact)
    app.command()(expiring)
    app.command()(applications)
    app.command("apply")(apply_for)
    app.command("change-attestation")(change_attestation)


def status(
    ctx: typer.Context,
    attestation: Name,
    on: OnDay = "",
    at_size: Annotated[
        int | None, typer.Option(min=0, help="As the first so many entries of the log tell it.")
    ] = None,
    ledger: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show how an attestation, or an application, stands or stood: its state and its life."""
    from ledger.standing import standing_of

    speech: Speech = ctx.obj
    speech.to_program = as_json
    with opened(ledger) as book, book.reading() as view:
        standing = standing_of(view, attestation, day_or_today(on, "--on"), at_size)
    if as_json:
        speech.answer(standing)
    else:
        _tell_standing(speech, standing)


def impact(
    ctx: typer.Context,
    attestation: Name,
    on: OnDay = "",
    ledger: Folder = HERE,
    csv: CsvFile = None,
    xlsx: XlsxFile = None,
    as_json: AsJson = False,
) -> None:
    """List what rests on an attestation: marked lots, pallets, containers, bags, tonnes."""
    from ledger.standing import impact_of

    speech: Speech = ctx.obj
    speech.to_program = as_json
    with opened(ledger) as book, book.reading() as view:
        found = impact_of(view, attestation, day_or_today(on, "--on"))
    write_lists(speech, found.affected, csv, xlsx, worth_of(found))
    if as_json:
        speech.answer(found)
    elif csv is None or str(csv) != "-":
        _tell_standing(speech, found.standing)
        tell_list(speech, found.affected)
        _tell_worth(speech, found)


def expiring(
    ctx: typer.Context,
    before: Annotated[str, typer.Option(help="The last day looked at, such as 2026-12-31.")],
    ledger: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """List what ends by a day: attestations, suspensions, offices, licences, keys, area codes."""
    from ledger.standing import ending_before

    speech: Speech = ctx.obj
    speech.to_program = as_json
    last = day_of(before, "--before")
    with opened(ledger) as book, book.reading() as view:
        endings = ending_before(view, day_or_today("", ""), last)
        names = _profile_names(view)
    if as_json:
        speech.answer(endings)
    elif not endings:
        speech.tell(speech.phrase("nothing_ends", before=last))
    else:
        headings = [speech.phrase(name) for name in ("ends", "what", "name", "of_whom")]
        rows = [
            [one.ends_on, speech.text(KINDS[one.kind]), _ending(speech, names, one), one.of]
            for one in endings
        ]
        speech.table(headings, rows)


def applications(
    ctx: typer.Context,
    certifier: Annotated[str, typer.Option(help="Only those to this organisation.")] = "",
    ledger: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """List the applications that wait for an answer, oldest first."""
    from ledger.rice.facts import Actor, find
    from ledger.standing import waiting_for

    speech: Speech = ctx.obj
    speech.to_program = as_json
    with opened(ledger) as book, book.reading() as view:
        if certifier and find(view, Actor, f"actor:{certifier}") is None:
            raise NotFoundError("name_unknown", name=certifier)
        waiting = waiting_for(view, certifier)
        names = _profile_names(view)
    if as_json:
        speech.answer(waiting)
    elif not waiting:
        speech.tell(speech.phrase("nobody_waits"))
    else:
        headings = [speech.phrase(name) for name in ("since_day", "name", "of_whom", "what")]
        rows = [
            [
                *(one.applied_on, one.id, one.applicant),
                f"{_named_kind(speech, names, one.profile)} {one.season} {' '.join(one.areas)}",
            ]
            for one in waiting
        ]
        speech.table(headings, rows)


def apply_for(
    ctx: typer.Context,
    *,
    certifier: Annotated[str, typer.Option(help="Whom you ask, by its short id.")],
    profile: Annotated[str, typer.Option(help="What you ask for: a kind that the scheme has.")],
    scheme: Annotated[str, typer.Option(help="Under which scheme, by its address.")],
    area: Annotated[list[str], typer.Option(help="A planting-area code; may be given again.")],
    season: Annotated[str, typer.Option(help="For which season, such as DX-2026.")],
    ha: Hectares,
    key: SignerKey,
    tonnes: Tonnes = "",
    ledger: Folder = HERE,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Ask a certifier for an attestation; its name is printed for the answer to refer to."""
    from uuid import uuid4

    from ledger.rice import acts

    speech: Speech = ctx.obj
    speech.to_program = as_json
    name = f"urn:uuid:{uuid4()}"
    act = _made(
        acts.Apply,
        application=name,
        certifier=certifier,
        profile=profile,
        scheme=scheme,
        areas=area,
        season=season_of(season),
        area_m2=whole_of(ha, _M2_PER_HA, "--ha"),
        quota_g=whole_of(tonnes or "0", _G_PER_TONNE, "--tonnes"),
    )
    with (
        opened(ledger) as book,
        opened_holder(speech, key, passphrase_file, book.origin) as signer,
    ):
        _check_unasked(book, act, signer.key.public.kid)
        record_acts(speech, book, [act], signer.key)
    if not as_json:
        speech.tell(name)


def change_attestation(
    ctx: typer.Context,
    attestation: Name,
    *,
    to: Annotated[
        str,
        typer.Option(help="suspended, reinstated, reduced, withdrawn or superseded."),
    ],
    reason: Annotated[str, typer.Option(help="A code of the closed list in docs/formats.md.")],
    paper: Annotated[str, typer.Option(help="Number of the decision on paper.")],
    key: SignerKey,
    start: Annotated[
        str, typer.Option("--from", help="From this day on, perhaps a past one; else today.")
    ] = "",
    decided_by: Annotated[
        str, typer.Option(help="Who decided, by its short id; else whoever issued it.")
    ] = "",
    remark: Annotated[str, typer.Option(help="For people to read. Names no person.")] = "",
    ha: Hectares = "",
    tonnes: Tonnes = "",
    successor: Annotated[str, typer.Option(help="What takes its place: id or number.")] = "",
    ledger: Folder = HERE,
    yes: Annotated[bool, typer.Option("--yes", help="Sign without asking once more.")] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Suspend, reinstate, reduce, withdraw or replace an attestation; only its issuer may.

    What rests on it is listed before anything is signed. --ha and --tonnes say what a reduction
    leaves.
    """
    from ledger.rice import acts
    from ledger.standing import impact_of

    speech: Speech = ctx.obj
    speech.to_program = as_json
    with opened(ledger) as book:
        known, after = _named(book, attestation), successor and _named(book, successor).id
        act = _made(
            acts.ChangeAttestation,
            attestation=known.id,
            state=to,
            from_on=day_or_today(start, "--from"),
            reason=reason,
            remark=remark,
            paper=paper,
            decided_by=decided_by or known.issuer,
            area_m2=whole_of(ha or "0", _M2_PER_HA, "--ha"),
            quota_g=whole_of(tonnes or "0", _G_PER_TONNE, "--tonnes"),
            successor=after,
        )
        with book.reading() as view:
            found = impact_of(view, known.id, day_or_today("", ""))
        with opened_holder(speech, key, passphrase_file, book.origin) as signer:
            _check_issuer(book, known, signer.key.public.kid)
            if not as_json:
                tell_list(speech, found.affected)
            confirm(speech, "change_sure", len(found.lots), yes=yes)
            record_acts(speech, book, [act], signer.key)


def _tell_standing(speech: Speech, of: Standing) -> None:
    speech.tell(f"{of.number or of.id}: {speech.text(STATES[of.state])}, {of.since}")
    if of.due_on:
        phrase = "suspension_overdue" if of.is_overdue else "suspension_due"
        speech.tell(speech.phrase(phrase, due_on=of.due_on))
    if of.quota_g:
        figures = {"quota": amount_words(of.quota_g), "drawn": amount_words(of.drawn_g)}
        speech.tell(speech.phrase("grant_drawn", **figures))
    for turn in of.turns:
        speech.tell(
            "  "
            + speech.phrase(
                "turn",
                on=turn.from_on,
                state=STATES[turn.state],
                reason=_why(turn.reason, turn.remark),
                paper=PHRASES["turn_paper"].fill({"paper": turn.paper}) if turn.paper else "",
                by=turn.decided_by or of.issuer.actor,
                index=turn.index,
            )
        )


def _profile_names(view: Reading) -> dict[str, Words]:
    """Return what schemes call their kinds of certificate."""
    from ledger.rice.certificate_facts import Scheme

    return {
        profile.id: Words(profile.name.en, profile.name.vi)
        for scheme in view.every(Scheme, "scheme")
        for profile in scheme.editions[-1].profiles
    }


def _named_kind(speech: Speech, names: Mapping[str, Words], profile: str) -> str:
    return speech.text(names[profile]) if profile in names else profile


def _ending(speech: Speech, names: Mapping[str, Words], one: Ending) -> str:
    """Return what ends by its name, and what it is of: a kind of certificate, or a scheme."""
    return f"{one.name} {_named_kind(speech, names, one.what)}".strip()


def _why(reason: str, remark: str) -> Words:
    from ledger.rice.reasons import REASONS

    en, vi = (f": {said}" for said in REASONS[reason]) if reason else ("", "")
    more = f" ({remark})" if remark else ""
    return Words(en + more, vi + more)


def _tell_worth(speech: Speech, found: Impact) -> None:
    """Say of each marked lot what it was worth when it was packed, and whether it is beyond."""
    from ledger.lists import lot_name

    for lot, words in worth_of(found).items():
        speech.tell(f"  {lot_name(lot)}: {speech.text(words)}")


def worth_of(found: Impact) -> dict[str, Words]:
    """Return what to say beside each marked lot."""
    marks: dict[str, Words] = {}
    state = STATES[found.standing.state]
    for one in found.lots:
        en, vi = [], []
        if not found.standing.is_in_force and one.valid_when == "shipped":
            en.append(f"valid when shipped, now {state.en}")
            vi.append(f"có hiệu lực khi xuất hàng, nay {state.vi}")
        elif not found.standing.is_in_force and one.valid_when == "packed":
            en.append(f"valid when packed, now {state.en}")
            vi.append(f"có hiệu lực khi đóng gói, nay {state.vi}")
        elif not one.valid_when:
            en.append("not valid when packed")
            vi.append("không có hiệu lực khi đóng gói")
        if one.is_beyond:
            en.append("beyond what is left of the grant")
            vi.append("vượt phần hạn mức còn lại")
        if en:
            marks[one.lot] = Words("; ".join(en), "; ".join(vi))
    return marks


def _named(book: Ledger, name: str) -> Attestation:
    from ledger.tracing import attestation_named

    with book.reading() as view:
        return attestation_named(view, name)


def _check_issuer(book: Ledger, known: Attestation, kid: str) -> None:
    """Refuse a key of somebody who did not issue what is to be changed."""
    from ledger.rice.facts import Key, find

    with book.reading() as view:
        held = find(view, Key, f"key:{kid}")
    if held is not None and held.actor != known.issuer:
        details = {"number": known.number, "issuer": known.issuer}
        raise RefusedError("issuer_only", actor=held.actor, **details)


def _check_unasked(book: Ledger, act: Apply, kid: str) -> None:
    """Refuse to ask for what whoever holds a key has asked for already, and waits for."""
    from ledger.rice.facts import Key, find
    from ledger.standing import waiting_for

    with book.reading() as view:
        held = find(view, Key, f"key:{kid}")
        if held is None:
            return
        for one in waiting_for(view, act.certifier):
            same = (one.applicant, one.profile, one.scheme, one.season, set(one.areas))
            if same == (held.actor, act.profile, act.scheme, act.season, set(act.areas)):
                raise ConflictError("asked_already", name=one.id, on=one.applied_on)


def _made(kind: Any, **members: object) -> Any:  # noqa: ANN401  (an act of that kind)
    """Return an act of these members, read as a sent one would be."""
    from msgspec import ValidationError, convert

    from ledger.rice.misspelling import explain

    try:
        return convert(members, kind)
    except ValidationError as error:
        what = explain(error, kind, members)
        raise MalformedError("malformed_act", what=what) from error
