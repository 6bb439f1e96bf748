"""What is shown of a draft is all that would be signed, in words of both languages."""

from __future__ import annotations

from typing import get_args, get_type_hints

import pytest
from msgspec import Struct, structs

from ledger.errors import LedgerError, Words
from ledger.log import encoding
from ledger.log.checkpoint import Checkpoint
from ledger.log.draft import Draft, Signer, format_draft, make_draft, parse_draft
from ledger.log.statement import ACT, CREDENTIAL, EVENT
from ledger.rice import acts, events, profile
from ledger.rice.anchors import Accredited
from ledger.rice.claim_words import ATTESTED, CLAIMS
from ledger.rice.credentials import Attested
from ledger.rice.plain import KINDS, MEMBERS, Line, spelled, tell_draft
from ledger.rice.plain_words import VALUES
from tests.rice.sample_acts import ACTS
from tests.rice.sample_events import CORRECTION, EVENTS
from tests.small_season import key_of
from tests.world import ORIGIN, accredited, attested, written

CHECKPOINT = Checkpoint(ORIGIN, 412, bytes(range(32)))
CERTIFICATE = attested("grant", "tn", "htx", "A001", "A002")
DIGEST = "SHA-256 of the content"


def draft_of(payload: bytes, typ: str, purpose: str, *signers: str) -> Draft:
    subject = f"{CERTIFICATE.issuer_did}#" if typ == CREDENTIAL else ""
    keys = [key_of(name) for name in signers or ("one",)]
    return make_draft(
        payload,
        typ=typ,
        signers=[Signer(key.public, f"{subject}{key.public.kid}", key.alg) for key in keys],
        checkpoint=CHECKPOINT,
        purpose=purpose,
    )


def act_draft(act: acts.Act, *signers: str) -> Draft:
    purpose = str(structs.fields(type(act)) and type(act).__struct_config__.tag)
    return draft_of(acts.write_act(act), ACT, purpose, *signers)


def event_draft(event: events.AnyEvent) -> Draft:
    payload = profile.write_event(event)
    cte = str(encoding.check_canonical(payload)["rice:cte"]).removeprefix("rice:")
    return draft_of(payload, EVENT, "correction" if isinstance(event, events.Correction) else cte)


def certificate_draft(payload: bytes = written(CERTIFICATE)) -> Draft:
    return draft_of(payload, CREDENTIAL, "attestation")


def accreditation_draft() -> Draft:
    body = accredited("confirmer", "tn", "xa", "31249")
    return draft_of(written(body), CREDENTIAL, "accreditation")


DRAFTS = {
    **{type(act).__name__: act_draft(act) for act in ACTS},
    **{f"event {number}": event_draft(event) for number, event in enumerate((*EVENTS, CORRECTION))},
    "certificate": certificate_draft(),
    "accreditation": accreditation_draft(),
}


def leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in leaves(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [value]


def shown(draft: Draft) -> str:
    """Return what a person compares: every line but the digest, which differs by itself."""
    lines = [line for line in tell_draft(draft) if line.label.en != DIGEST]
    return "\n".join(f"{'  ' * one.depth}{one.label.vi} {one.value}" for one in lines)


@pytest.mark.parametrize("name", DRAFTS)
def test_everything_that_is_signed_is_shown(name: str) -> None:
    draft = DRAFTS[name]
    said = shown(draft)
    for slot in draft.slots:
        for leaf in leaves(encoding.parse_json(encoding.decode_base64url(slot.protected))):
            assert spelled(leaf) in said, leaf
    if draft.unsigned.kind == "event":
        return  # shown as the record it reads as, in grams; the next test bends its bytes
    for leaf in leaves(encoding.parse_json(draft.unsigned.payload, decimals=True)):
        assert spelled(leaf) in said, leaf


@pytest.mark.parametrize(
    "name", ["ChangeAttestation", "SignBaseline", "Recall", "event 0", "event 9", "certificate"]
)
def test_bent_anywhere_a_draft_is_refused_or_shows_something_else(name: str) -> None:
    data, before = format_draft(DRAFTS[name]), shown(DRAFTS[name])
    differently = 0
    for position in range(len(data)):
        bent = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
        try:
            after = shown(parse_draft(bent))
        except LedgerError:
            continue
        differently += 1
        assert after != before, f"byte {position} may be changed unseen"
    assert differently > 10  # words of the payload were reached, not only its armour


def test_bytes_under_the_armour_are_shown_too() -> None:
    """The payload itself, bent before it is encoded."""
    for name in ("ChangeAttestation", "event 1", "certificate"):
        draft = DRAFTS[name]
        before, payload = shown(draft), draft.unsigned.payload
        for position in range(len(payload)):
            bent = payload[:position] + bytes([payload[position] ^ 1]) + payload[position + 1 :]
            try:
                after = shown(draft_of(bent, draft.unsigned.typ, draft.purpose))
            except LedgerError:
                continue
            assert after != before, (name, position)


@pytest.mark.parametrize(
    "payload",
    [
        written(CERTIFICATE).replace(b'"name":', b'"note":"and all other land","name":', 1),
        written(CERTIFICATE).replace(b'{"@context"', b'{ "@context"', 1),
        written(CERTIFICATE).replace(b'"conformance":true', b'"conformance":true,"x":1', 1),
    ],
)
def test_a_certificate_with_a_member_nobody_would_see_is_refused(payload: bytes) -> None:
    with pytest.raises(LedgerError):
        tell_draft(certificate_draft(payload))


def test_a_draft_is_for_what_it_says() -> None:
    act = acts.RevokeKey(kid="k" * 43, reason="lost")
    with pytest.raises(LedgerError, match="revoke_key"):
        tell_draft(draft_of(acts.write_act(act), ACT, "present_paper"))


def test_who_signs_and_who_has_signed_is_shown() -> None:
    draft = act_draft(ACTS[-1], "one", "two")
    assert all(key_of(name).public.kid in shown(draft) for name in ("one", "two"))
    signed = [line for line in tell_draft(draft.sign(key_of("two"))) if line.label.vi == "Đã ký"]
    assert len(signed) == 1


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Cần Thơ", '"Cần Thơ"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("500\u202e kg", '"500\\u{202e} kg"'),
        ("a\u200bb\u3164", '"a\\u{200b}b\\u{3164}"'),
        ("a\nb\x1b[2J", '"a\\u{000a}b\\u{001b}[2J"'),
        ("5\u00a0t \u05d0", '"5\\u{00a0}t \\u{05d0}"'),
        ("<b>", '"<b>"'),
    ],
)
def test_no_character_hides_or_turns_what_is_shown(text: str, seen: str) -> None:
    assert spelled(text) == seen


def records(kind: object) -> set[type[Struct]]:
    """Return every record that a kind of statement is made of."""
    found: set[type[Struct]] = set()
    waiting = [kind]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, Struct) and one not in found:
            found.add(one)
            waiting += get_type_hints(one).values()
        waiting += get_args(one)
    return found


def test_every_member_of_every_act_and_event_has_words_of_its_own() -> None:
    for record in records(acts.AnyAct) | records(events.AnyEvent):
        names = [field.name for field in structs.fields(record)]
        assert [name for name in names if name not in MEMBERS] == [], record
        for language in ("vi", "en"):
            labels = [getattr(MEMBERS[name], language) for name in names]
            assert len(set(labels)) == len(labels), record
    used = {field.name for one in records(acts.AnyAct) for field in structs.fields(one)}
    used |= {field.name for one in records(events.AnyEvent) for field in structs.fields(one)}
    assert set(MEMBERS) == used | {"act"}
    certified = {
        field.name
        for one in records(Attested) | records(Accredited)
        for field in structs.fields(one)
    }
    assert set(ATTESTED) == certified


def test_every_kind_has_words_and_no_act_is_called_as_an_event() -> None:
    of_acts = {str(kind.__struct_config__.tag) for kind in get_args(acts.AnyAct)}
    of_events = {spelling.cte.removeprefix("rice:") for spelling in profile.SPELLINGS}
    assert not of_acts & of_events
    assert set(KINDS) == of_acts | of_events | {"accreditation", "attestation", "correction"}


@pytest.mark.parametrize("words", [KINDS, MEMBERS, ATTESTED, CLAIMS, VALUES])
def test_words_are_said_in_both_languages(words: dict[str, Words]) -> None:
    assert all(one.vi.strip() and one.en.strip() for one in words.values())


def test_lines_say_what_closed_words_mean() -> None:
    act = next(act for act in ACTS if isinstance(act, acts.ChangeAttestation))
    lines = tell_draft(act_draft(act))
    state = Line(2, MEMBERS["state"], '"withdrawn"', VALUES["withdrawn"])
    assert state in lines


def test_masses_and_areas_are_said_as_people_say_them() -> None:
    lines = {line.label.en: line for line in tell_draft(certificate_draft())}
    quota = next(line for line in lines.values() if line.label.en.startswith("Quota"))
    assert quota.meaning is not None
    assert quota.meaning.en.endswith(" kg")
    kind = next(line for line in tell_draft(certificate_draft()) if line.value == '"grant"')
    assert kind.meaning is not None, "what the certificate calls its kind"
    assert "Figures" not in lines, "nothing is said of figures that are not stated"


def test_a_yield_is_not_said_as_an_area() -> None:
    draft = act_draft(next(act for act in ACTS if isinstance(act, acts.ChangeSettings)))
    lines = [line for line in tell_draft(draft) if line.label == MEMBERS["yield_reject_g_m2"]]
    assert [line.meaning for line in lines] == [None]
