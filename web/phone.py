"""What a page hands to the script that has the reader's own device judge the bag again."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from msgspec import to_builtins

from ledger.proof.verdict import Verdict
from web.catalogs import CATALOGS, Language, judged_words

_SPOKEN = ("phone.", "result.", "state.", "custody.", "records.", "compare.")
_SPOKEN_TOO = frozenset({"site", "moment", "checks.sum", "list.comma"})


@dataclass(frozen=True, slots=True)
class Phone:
    """The bag, where its evidence is, and what the server found."""

    serial: str
    evidence: str
    findings: list[dict[str, object]]


def hand_over(gtin: str, lot: str, serial: str, verdict: Verdict) -> Phone:
    """Return what the script needs for one bag."""
    path = "/".join(quote(part, safe="") for part in (gtin, lot, serial))
    return Phone(serial, f"/bundles/{path}/packed", to_builtins(verdict.findings))


def spoken(language: Language) -> dict[str, str]:
    """Return the sentences the script says in a language; they are a file of their own."""
    return {
        key: text
        for key, text in CATALOGS[language].items()
        if key.startswith(_SPOKEN) or key in _SPOKEN_TOO
    } | judged_words(language)
