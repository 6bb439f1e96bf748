from __future__ import annotations

from typing import Any

import pytest
from msgspec import ValidationError, convert

from ledger.errors import MalformedError
from ledger.rice import acts
from ledger.rice.acts import AnyAct
from ledger.rice.misspelling import explain
from ledger.rice.profile import event_named

CHANGE = {
    "act": "change_attestation",
    "attestation": "urn:x:1",
    "state": "suspended",
    "from_on": "2026-03-24",
    "reason": "complaint",
    "paper": "1",
    "decided_by": "tn",
}
APPLY = {
    "act": "apply",
    "application": "urn:uuid:00000000-0000-0000-0000-000000000000",
    "certifier": "tn",
    "profile": "conformity",
    "scheme": "https://x.example/s",
    "areas": ["VN-CTOR-0001"],
    "season": "DX-2026",
    "area_m2": 1,
}
FOUND = {"act": "register_actor", "actor": "tn", "roles": [{"role": "miller", "from_on": "soon"}]}


def said(fields: dict[str, Any], kind: Any = AnyAct) -> tuple[str, str]:  # noqa: ANN401
    with pytest.raises(ValidationError) as caught:
        convert(fields, kind)
    words = explain(caught.value, kind, fields)
    return words.en, words.vi


@pytest.mark.parametrize(
    ("fields", "en", "vi"),
    [
        (
            CHANGE | {"from_on": "24/03/2026"},
            "“24/03/2026”, and has to be a day such as",
            "cần ngày",
        ),
        (CHANGE | {"reason": "khieunai"}, "reason is “khieunai”, and has to be one of: acc", "một"),
        (CHANGE | {"paper": ""}, "paper is “”, and has to be text from 1 to 80", "từ 1 đến 80"),
        (CHANGE | {"area_m2": -1}, "a whole number from 0 to 100000000000", "số nguyên từ 0"),
        (CHANGE | {"reasn": "x"}, "there is no reasn; perhaps reason?", "có phải reason?"),
        (CHANGE | {"zzzz": "x"}, "there is no zzzz; there are attestation, state", "chỉ có"),
        (CHANGE | {"decided_by": None}, "decided_by is null, and has to be an id such as", "mã"),
        (APPLY | {"areas": ["VN-1", "VN-1"]}, "areas names one twice", "nêu một mục hai lần"),
        (
            APPLY | {"areas": []},
            "areas is “[]”, and has to be a list [ ] from 1 to 200",
            "danh sách",
        ),
        (APPLY | {"areas": ["x"]}, "areas[0] is “x”, and has to be an area code", "mã vùng"),
        (
            {"act": "apply"},
            "missing: application, certifier, profile, scheme",
            "thiếu: application",
        ),
        ({"act": "aply"}, "act is “aply”", "act là “aply”"),
        (APPLY | {"season": "DX2026"}, "a season: DX-, HT- or TD- and the year", "vụ"),
    ],
)
def test_a_slip_is_told_with_its_member_and_what_would_do(
    fields: dict[str, Any], en: str, vi: str
) -> None:
    told = said(fields)
    assert en in told[0]
    assert vi in told[1]
    assert "Expected" not in told[0]
    assert "matching regex" not in told[0]


def test_all_that_is_missing_of_an_event_is_told_at_once() -> None:
    with pytest.raises(MalformedError) as caught:
        event_named("harvest", {"sesaon": "DX-2026"})
    told = caught.value.words
    assert "missing: event_id, at" in told.en
    assert "there is no sesaon; perhaps season?" in told.en
    assert "có phải season?" in told.vi


def test_a_statement_that_was_sent_is_explained_too() -> None:
    with pytest.raises(MalformedError) as caught:
        acts.read_act(b'{"act":"hold","lots":["x"],"reason":{"en":"x","vi":"x"}}')
    assert "lots[0]" in caught.value.words.vi
    assert "cần lô" in caught.value.words.vi
