"""The line beside a verdict that says where a bag was seen. It is no finding and changes none.

Counting proves nothing about the bag in hand, so the line explains itself and accuses nobody. It
comes after all that the record says (in the order of headlines: after “sold”).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from ledger.errors import Words
from ledger.scans.counting import Seen

CODE = "seen_in_places"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TITLE = Words("Seen in several places", "Mã đã được quét ở nhiều nơi")
_OFTEN = Words("Seen on many devices", "Mã đã được quét trên nhiều thiết bị")
_IN_PLACES = Words(
    "Seen on {devices} devices in {places} since {since}",
    "Đã quét trên {devices} thiết bị ở {places} từ {since}",
)
_ANYWHERE = Words(
    "Seen on {devices} devices since {since}", "Đã quét trên {devices} thiết bị từ {since}"
)
_PROVINCES = Words("{n} provinces", "{n} tỉnh, thành")
_COUNTRIES = Words("{n} countries", "{n} nước")
_REGIONS = Words("{n} provinces or countries", "{n} tỉnh, thành hoặc nước")
_ABOUT = Words(
    "One bag is in one place: its label may have been copied, or shown in a shop or online. Devices"
    " are told apart roughly. Compare the bag with this page; ask the packer if anything differs.",
    "Một bao chỉ ở một nơi: tem có thể bị sao chép, hoặc được bày ở cửa hàng, đăng trên mạng. Số"
    " thiết bị là gần đúng. Hãy so bao với trang này; nếu có điểm khác, hãy hỏi nơi đóng gói.",
)

SAID = {
    "in_places": _IN_PLACES,
    "anywhere": _ANYWHERE,
    "provinces": _PROVINCES,
    "countries": _COUNTRIES,
    "regions": _REGIONS,
    "about": _ABOUT,
}
"""What a note is made of, by code, for faces that say it in further languages."""


class ScanNote(Struct, frozen=True, kw_only=True):
    """Where a bag was seen, in numbers and in words."""

    code: str
    devices: int
    places: tuple[str, ...]
    since: date
    title: Words
    text: Words
    about: Words


def note_of(seen: Seen, on: date) -> ScanNote:
    """Return what is said of a bag on a day."""
    is_spread = len(seen.places) > 1
    devices, since = seen.devices, _day(seen.first_on, on)
    places = _places(seen.places)
    shape = _IN_PLACES if is_spread else _ANYWHERE
    text = Words(
        shape.en.format(devices=f"{devices:,}", places=places.en, since=since.en),
        shape.vi.format(devices=f"{devices:,}".replace(",", "."), places=places.vi, since=since.vi),
    )
    return ScanNote(
        code=CODE,
        devices=devices,
        places=seen.places,
        since=seen.first_on,
        title=_TITLE if is_spread else _OFTEN,
        text=text,
        about=_ABOUT,
    )


def _places(places: tuple[str, ...]) -> Words:
    """Return how many places, as what they are: `VN-48` is a province, `JP` a country."""
    return SAID[kind_of_places(places)].fill({"n": len(places)})


def kind_of_places(places: tuple[str, ...]) -> Literal["provinces", "countries", "regions"]:
    """Return what places are: all of Viet Nam, none of it, or both."""
    parts = sum("-" in place for place in places)
    if parts == len(places):
        return "provinces"
    return "regions" if parts else "countries"


def _day(day: date, on: date) -> Words:
    """Return a day as people say it; its own year goes without saying."""
    year = "" if day.year == on.year else str(day.year)
    en = f"{day.day} {_MONTHS[day.month - 1]} {year}".strip()
    return Words(en, f"{day:%d/%m}/{year}".removesuffix("/"))
