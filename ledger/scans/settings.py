"""What the operator decides about counting scans: ``scans.json`` in the folder of the ledger.

Every member has a default, and a folder without the file has all of them. The file is trusted:
whoever edits it can have scans counted that should not be, or headers believed that anybody sends.
"""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

from msgspec import Meta, MsgspecError, Struct, json

import ledger.scans.refusals  # noqa: F401  (its codes are raised here)
from ledger.errors import MalformedError

SETTINGS = "scans.json"

Days = Annotated[int, Meta(ge=1, le=366)]
Several = Annotated[int, Meta(ge=2, le=1_000_000)]
"""At least two: one device in one place is what every bag is scanned by."""
PerMinute = Annotated[int, Meta(ge=1, le=1_000_000)]
HeaderName = Annotated[str, Meta(pattern=r"\A[a-z0-9-]{0,64}\Z")]
TokenDigest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class ScanSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is counted, how long it is kept, when a page warns, and how fast anybody may ask.

    The defaults of a warning: one bag is seen by a packer, a carrier, a shop, a few who stand
    before the shelf and a household, some of them in two weeks; ten is more than that. Mobile
    networks place many of their customers in one or two other provinces, so it takes a third.
    """

    counting: bool = True
    keep_days: Days = 90
    salt_days: Annotated[int, Meta(ge=1, le=7)] = 7

    devices: Several = 10
    places: Several = 3
    days: Days = 30
    devices_anywhere: Several = 40
    """So many devices are worth a line wherever they are, also where no place is known."""

    address_header: HeaderName = ""
    place_header: HeaderName = ""
    proxies: tuple[str, ...] = ("127.0.0.1/32", "::1/128")
    """From where those two headers are believed: the operator's own proxies and nobody else."""
    staff_tokens: tuple[TokenDigest, ...] = ()
    """SHA-256 of what devices of staff show; they are not counted."""

    address_per_minute: PerMinute = 600
    bag_per_minute: PerMinute = 60
    misses_per_minute: PerMinute = 20

    def __post_init__(self) -> None:
        """Refuse a warning over days that are not kept, and proxies that are no networks."""
        if self.days > self.keep_days:
            raise ValueError("days is more than keep_days")  # noqa: TRY003  (becomes a refusal)
        for proxy in self.proxies:
            ip_network(proxy)


def read_settings(folder: Path) -> ScanSettings:
    """Return the settings of the ledger in a folder."""
    file = folder / SETTINGS
    try:
        return json.decode(file.read_bytes(), type=ScanSettings)
    except FileNotFoundError:
        return ScanSettings()
    except (OSError, MsgspecError) as error:
        raise MalformedError("scan_settings_unreadable", file=str(file), what=str(error)) from error
