from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import MalformedError
from ledger.scans.settings import SETTINGS, ScanSettings, read_settings
from ledger.scans.visitor import Visitor, visitor_of

PHONE = "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 Chrome/139.0 Mobile Safari"
ZALO = f"{PHONE} Zalo android/12100553 ZaloTheme/light ZaloLanguage/vn"
PROXIED = ScanSettings(
    address_header="x-forwarded-for",
    place_header="x-place",
    staff_tokens=(sha256(b"kho-12").hexdigest(),),
)


def visit(
    peer: str = "127.0.0.1", method: str = "GET", settings: ScanSettings = PROXIED, **headers: str
) -> Visitor:
    named = {"user_agent": PHONE} | headers
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in named.items()]
    return visitor_of(raw, peer, method, settings)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("127.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("192.0.2.7", "203.0.113.9", "192.0.2.7"),
        ("", "203.0.113.9", ""),
    ],
)
def test_an_address_is_believed_of_the_proxy_next_to_us_only(
    peer: str, forwarded: str, address: str
) -> None:
    assert visit(peer, x_forwarded_for=forwarded).address == address


def test_without_settings_no_header_is_believed() -> None:
    visitor = visit(settings=ScanSettings(), x_forwarded_for="203.0.113.9", x_place="VN-CT")
    assert (visitor.address, visitor.place) == ("127.0.0.1", "")


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("VN-CT", "VN-CT"),
        ("vn-sg", "VN-SG"),
        ("JP", "JP"),
        ("XX", ""),
        ("T1", ""),
        ("Can Tho", ""),
        ("10.0452,105.7469", ""),
        ("VN-", ""),
    ],
)
def test_a_place_is_a_country_or_a_part_of_one(told: str, place: str) -> None:
    assert visit(x_place=told).place == place
    assert visit("192.0.2.7", x_place=told).place == ""


@pytest.mark.parametrize("agent", [PHONE, ZALO])
def test_phones_are_counted_also_inside_other_programs(agent: str) -> None:
    assert visit(user_agent=agent).is_counted
    assert visit(user_agent=agent, sec_fetch_dest="document").is_counted


@pytest.mark.parametrize(
    "headers",
    [
        {"user_agent": ""},
        {"user_agent": "curl/8.5.0"},
        {"user_agent": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"},
        {"user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user_agent": "WhatsApp/2.23.20.0"},
        {"user_agent": f"{PHONE} SkypeUriPreview"},
        {"sec_purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x_moz": "prefetch"},
        {"sec_fetch_dest": "iframe"},
        {"sec_fetch_dest": "empty"},
        {"x_purpose": "preview"},
        {"sec_gpc": "1"},
        {"method": "HEAD"},
        {"rice_staff": "kho-12"},
        {"cookie": "a=b; staff=kho-12"},
    ],
)
def test_previews_robots_staff_and_whoever_objects_are_not_counted(headers: dict[str, Any]) -> None:
    assert not visit(**headers).is_counted


def test_staff_are_those_who_show_the_token() -> None:
    assert visit(rice_staff="kho-12").is_staff
    assert not visit(rice_staff="kho-13").is_staff
    assert not visit(cookie="staff=").is_staff
    assert not visit(settings=ScanSettings(), rice_staff="kho-12").is_staff
    assert visit(rice_staff="kho-13").is_counted


def test_settings_are_read_strictly(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == ScanSettings()
    file = tmp_path / SETTINGS
    file.write_text('{"devices": 5, "place_header": "x-place"}')
    assert read_settings(tmp_path).devices == 5
    for text in (
        "{",
        '{"device": 5}',
        '{"devices": 1}',
        '{"days": 91}',
        '{"salt_days": 8}',
        '{"proxies": ["here"]}',
        '{"staff_tokens": ["kho-12"]}',
        '{"place_header": "X-Place"}',
    ):
        file.write_text(text)
        with pytest.raises(MalformedError) as refused:
            read_settings(tmp_path)
        assert refused.value.code == "scan_settings_unreadable"
