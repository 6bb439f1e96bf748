"""What a device shows of what it signs is what Python shows, line by line."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.log.draft import Draft, Signer, make_draft
from ledger.log.statement import ACT, CREDENTIAL, EVENT
from ledger.rice.plain import Line, open_draft, spelled, tell_draft
from tests.rice.test_plain import CHECKPOINT, DRAFTS
from tests.small_season import key_of
from tests.verifier.bent_statements import Said, samples
from tests.writer.written import asked_of_node

TYPES = {"act": ACT, "event": EVENT, "attestation": CREDENTIAL}


def in_python(draft: Draft) -> dict[str, object]:
    """Return what is told of the content: from its kind to how it is signed."""
    try:
        lines = tell_draft(draft)
    except LedgerError as refusal:
        return {"refused": refusal.code}
    end = next(at for at, line in enumerate(lines) if line.label.en == "How it is signed")
    return {"answer": [draft.purpose, [_told(line) for line in lines[1:end]]]}


def _told(line: Line) -> dict[str, object]:
    words = line.meaning
    return {
        "depth": line.depth,
        "label": {"vi": line.label.vi, "en": line.label.en},
        "value": line.value,
        "meaning": words and {"vi": words.vi, "en": words.en},
    }


def draft_in_vectors(said: Said) -> Draft | None:
    """Return a statement of the vectors as the draft it could have been; nothing if it is none."""
    key = key_of("one")
    subject = said.kid.rpartition("#")[0] + "#" if said.kind == "attestation" else ""
    signer = Signer(key.public, f"{subject}{key.public.kid}", key.alg)
    for purpose in _purposes(said):
        draft = make_draft(
            said.payload,
            typ=TYPES[said.kind],
            signers=[signer],
            checkpoint=CHECKPOINT,
            purpose=purpose,
        )
        try:
            open_draft(draft)
        except LedgerError:
            continue
        return draft
    return None


def _purposes(said: Said) -> list[str]:
    if said.kind == "attestation":
        return ["attestation", "accreditation"]
    try:
        value = encoding.check_canonical(said.payload)
    except LedgerError:
        return []
    return [str(value.get("act", "")), str(value.get("rice:cte", ""))[5:], "correction"]


def test_every_act_event_and_certificate_is_told_alike() -> None:
    drafts = [*DRAFTS.values(), *filter(None, map(draft_in_vectors, samples()))]
    assert {draft.unsigned.typ for draft in drafts} == set(TYPES.values())
    assert {"accreditation", "correction"} <= {draft.purpose for draft in drafts}
    cases = [["tell", one.unsigned.typ, one.unsigned.payload.decode()] for one in drafts]
    told = asked_of_node(cases)
    assert sum("answer" in one for one in told) > len(drafts) * 9 // 10
    for draft, one in zip(drafts, told, strict=True):
        assert one == in_python(draft)


def test_every_character_is_shown_or_escaped_alike() -> None:
    signs = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    # Newer characters than one of the two knows are escaped by that one, and shown by the other.
    known = [sign for sign in signs if unicodedata.category(sign) != "Cn"]
    lots = ["".join(known[at : at + 10_000]) for at in range(0, len(known), 10_000)]
    for lot, told in zip(lots, asked_of_node([["spelled", lot] for lot in lots]), strict=True):
        assert told == {"answer": spelled(lot)}


@pytest.mark.parametrize(
    ("typ", "payload", "code"),
    [
        (ACT, '{"act":"no_such"}', "malformed_act"),
        (EVENT, "{}", "malformed_event"),
        (CREDENTIAL, "{}", "malformed_credential"),
        (CREDENTIAL, '{"issuer":{}}', "malformed_credential"),
        (CREDENTIAL, "null", "malformed_credential"),
        ("vp+jwt", "{}", "header_refused"),
        (ACT, '{"act": "hold"}', "malformed"),
    ],
)
def test_what_cannot_be_read_is_not_shown(typ: str, payload: str, code: str) -> None:
    assert asked_of_node([["tell", typ, payload]]) == [{"refused": code}]


def test_a_certificate_with_a_second_spelling_is_not_shown() -> None:
    payload = DRAFTS["certificate"].unsigned.payload.decode()
    spaced = payload.replace('":', '": ', 1)
    assert asked_of_node([["tell", CREDENTIAL, spaced]]) == [{"refused": "malformed_draft"}]


def test_a_member_without_words_is_not_shown() -> None:
    payload = DRAFTS["certificate"].unsigned.payload.decode()
    more = payload.replace('{"@context"', '{"@aside":"x","@context"', 1)
    assert asked_of_node([["tell", CREDENTIAL, more]]) == [{"refused": "member_without_words"}]
