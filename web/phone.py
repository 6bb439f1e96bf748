"""What a page hands to the script that has the reader's own device judge the bag again."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from web.catalogs import CATALOGS, judged_words
from web.words import Voice

_SPOKEN = ("phone.", "result.", "state.", "custody.", "records.")
_SPOKEN_TOO = frozenset({"site", "moment", "checks.sum", "list.comma"})


@dataclass(frozen=True, slots=True)
class Phone:
    """The bag, where its evidence is, and the sentences the script says."""

    serial: str
    evidence: str
    words: dict[str, str]


def hand_over(gtin: str, lot: str, serial: str, voice: Voice) -> Phone:
    """Return what the script needs for one bag."""
    path = "/".join(quote(part, safe="") for part in (gtin, lot, serial))
    spoken = {
        key: text
        for key, text in CATALOGS[voice.language].items()
        if key.startswith(_SPOKEN) or key in _SPOKEN_TOO
    }
    spoken |= judged_words(voice.language)
    return Phone(serial, f"/bundles/{path}/packed", spoken)
