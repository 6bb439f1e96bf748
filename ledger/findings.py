"""What an audit found: one finding for each thing that is not as it must be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.errors import CODES, Detail, Words
from ledger.rice.attachments import Attachment

FINDINGS_MAX = 100
"""One broken thing breaks others; nobody reads more than this."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be; ``index`` names the entry where there is one."""

    code: str
    details: dict[str, Detail]

    @property
    def index(self) -> int | None:
        """Return the entry this is about."""
        index = self.details.get("index")
        return index if isinstance(index, int) else None

    @property
    def words(self) -> Words:
        """What is wrong, in both languages."""
        return CODES[self.code].fill(self.details)


@dataclass(slots=True)
class Report:
    """What an audit of ``size`` entries found.

    ``judged`` of them went through signatures and rules. Those after a statement that was
    ``withheld`` cannot: what a rule asks for may stand in it. ``attachments`` are those that the
    judged ones commit to.
    """

    size: int
    findings: list[Finding] = field(default_factory=list)
    judged: int = 0
    withheld: int = 0
    attachments: Sequence[Attachment] = ()

    @property
    def ok(self) -> bool:
        """Return whether everything is as it must be, and there to be looked at."""
        return not self.findings and not self.withheld

    def add(self, code: str, **details: Detail) -> None:
        """Note a finding, unless there are more than anybody reads."""
        if len(self.findings) < FINDINGS_MAX:
            # Names of tables are a kind of text of their own, which JSON does not know.
            plain = {name: str(v) if isinstance(v, str) else v for name, v in details.items()}
            self.findings.append(Finding(code, plain))
