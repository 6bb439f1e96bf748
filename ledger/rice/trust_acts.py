"""What is done about trust: accreditations suspended, reinstated and withdrawn."""

from __future__ import annotations

from typing import Literal

from ledger.rice.act import Act
from ledger.rice.terms import Day, ShortText, Text, Uri


class ChangeAccreditation(Act, frozen=True, kw_only=True, tag="change_accreditation"):
    """An accreditation is suspended, reinstated or withdrawn from a day on."""

    accreditation: Uri
    state: Literal["granted", "suspended", "withdrawn"]
    from_on: Day
    reason: Text
    paper: ShortText
