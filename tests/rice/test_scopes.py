from __future__ import annotations

import pytest

from ledger.errors import LedgerError
from ledger.rice.acts import Scope
from ledger.rice.scopes import read_scope, write_scope

LOT = "https://id.gs1.org/01/09521234000303/10/L260411A"
PALLET = "https://id.gs1.org/00/095212340000000013"


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("area:VN-CTOR-0001/DX-2026", Scope(kind="area", id="VN-CTOR-0001", season="DX-2026")),
        ("area:VN-CTOR-0001", Scope(kind="area", id="VN-CTOR-0001")),
        (
            "input:Nước/phân 20-20/HT-2026",
            Scope(kind="input", id="Nước/phân 20-20", season="HT-2026"),
        ),
        ("input:DX-2026", Scope(kind="input", id="DX-2026")),
        (f"lot:{LOT}", Scope(kind="lot", id=LOT)),
        ("lot:09521234000303/L260411A", Scope(kind="lot", id=LOT)),
        ("lot:09521234000303/A%2FB", Scope(kind="lot", id=LOT.replace("L260411A", "A%2FB"))),
        ("pallet:095212340000000013", Scope(kind="pallet", id=PALLET)),
        ("pallet:(00)095212340000000013", Scope(kind="pallet", id=PALLET)),
        ("container:ZZDU1616955", Scope(kind="container", id="ZZDU1616955")),
        ("container:ZZDU1616955/412", Scope(kind="container", id="ZZDU1616955/412")),
        ("labels:L260411A", Scope(kind="labels", id="L260411A")),
    ],
)
def test_a_scope_is_named_in_short_or_in_whole(text: str, scope: Scope) -> None:
    assert read_scope(text) == scope
    assert read_scope(write_scope(scope)) == scope


@pytest.mark.parametrize(
    "text",
    [
        *("", "area", "area:", "farm:1", "lot:09521234000304/A", "lot:09521234000303/" + "A" * 21),
        *("pallet:095212340000000014", "labels:" + "N" * 201, "labels:a\tb"),
    ],
)
def test_what_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(LedgerError):
        read_scope(text)
