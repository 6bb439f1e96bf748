"""Codes held against lot files in JavaScript, by Node and by Chromium, as Python judges them."""

from __future__ import annotations

import json
import random
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from msgspec import structs
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.log.note import sign_note
from ledger.proof.lot_file import DIGEST_BYTES, HEADER, read_lot_file
from ledger.proof.offline import judge_code, write_offline_verdict
from ledger.proof.trust import read_trust, write_trust
from ledger.rice.digital_link import FORMATS, KEYS, parse_digital_link
from ledger.rice.gs1 import check_digit
from ledger.rice.labels import ALPHABET
from tests.drawn import serving
from tests.vectors import small_harvest as season
from tests.vectors_lotfile import make
from tests.vectors_lotfile.cases import ANEW, CASES, Made, code_of, link_of, scene
from tests.verifier.node import HERE, printed_by_node
from tests.verifier.test_verify import lacking

ROOT = HERE.parents[1]
MODULE = "tests/verifier/offline.mjs"
RULES = json.loads((ROOT / "ledger" / "proof" / "rules.json").read_text("utf-8"))
FOLDERS = sorted(path for path in make.FOLDER.iterdir() if (path / "file.lot").exists())
_PART = re.compile(r"(\[?)([NXYZ])(\.\.)?([0-9]+)(?::([a-z]+))?\]?")
_SIGNS = {"N": "0123456789", "X": "AZaz09!%&'()*+,-./:;<=>?_", "Y": "AZ09#-/", "Z": "Az09-_="}
SAMPLED = 7
"""Of the files with a byte bent, JavaScript judges all and Python one in so many, to save time."""
CHANGED = 400
LINKS = 3_000
ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1, 20, 21, 33_554_432, 33_554_433, 10**15 + 1, 0.5, "", "x", "hold"),
    *("2026-02-30", "2026-05-02T02:00:00.000Z", "\u0000", "Lu\u0301a", "\ud800", "x" * 21, [], {}),
    *([[]], [[1, 2]], [[2, 1]], [[1, 2], [2, 3]], [[1, 21]], [[1, 2, 3]], {"vi": "a", "en": "b"}),
    *(
        "\U00020000" * 201,
        "\U00020000" * 200,
        ANEW,
        "A" * 43 + "=",
        "A" * 43 + "B",
        "A" * 22 + "==",
    ),
)


def job_of(made: Made, **more: object) -> dict[str, Any]:
    """Return what JavaScript is asked; ``more`` is what the module takes besides."""
    return {
        "file": b64encode(made.file).decode(),
        "trust": made.trust.decode(),
        "code": made.code,
        "at": encoding.format_time(made.at),
        **more,
    }


def told_by_node(jobs: Sequence[dict[str, Any]], *, before: str = "") -> list[Any]:
    """Return the answers of Node; a script may be run ``before``, to take something from it."""
    script = f"""
import {{ readFileSync }} from "node:fs";
{before}
const {{ answerAll }} = await import("./{MODULE}");
console.log(JSON.stringify(await answerAll(JSON.parse(readFileSync(0, "utf8")))));
"""
    given = json.dumps({"rules": RULES, "jobs": jobs})
    answers: list[Any] = json.loads(
        printed_by_node("--input-type=module", "--eval", script, given=given)
    )
    return answers


def told_by_python(made: Made) -> str:
    """Return the verdict of Python as it is written."""
    verdict = judge_code(made.file, made.code, read_trust(made.trust), made.at)
    return write_offline_verdict(verdict).decode()


def assert_alike(cases: Sequence[Made]) -> None:
    """Have Node judge; its verdicts have to be Python's."""
    for made, answer in zip(cases, told_by_node([job_of(made) for made in cases]), strict=True):
        assert answer == told_by_python(made), (made.code, made.file[:3_000])


def read(folder: Path) -> Made:
    """Return a vector as it stands in its folder."""
    code = (folder / "code.txt").read_text("utf-8").rstrip("\n")
    at = encoding.parse_time((folder / "at.txt").read_text().rstrip("\n"))
    return Made((folder / "file.lot").read_bytes(), code, (folder / "trust.json").read_bytes(), at)


@pytest.fixture(scope="module")
def by_node() -> dict[str, str]:
    answers = told_by_node([job_of(read(folder)) for folder in FOLDERS])
    return {folder.name: answer for folder, answer in zip(FOLDERS, answers, strict=True)}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_node_judges_a_vector_as_python_does(folder: Path, by_node: dict[str, str]) -> None:
    assert by_node[folder.name] == (folder / "verdict.json").read_text("utf-8")


def test_chromium_judges_every_vector_and_every_bent_byte_as_node_does(desk_page: Page) -> None:
    bent = job_of(CASES["issued-anew"](), bent=1)
    jobs = [*(job_of(read(folder)) for folder in FOLDERS), bent]
    with serving(_pages()) as address:
        desk_page.goto(address)
        *told, told_bent = desk_page.evaluate(
            f"given => import('/{MODULE}').then(({{ answerAll }}) => answerAll(given))",
            {"rules": RULES, "jobs": jobs},
        )
    assert told == [(folder / "verdict.json").read_text("utf-8") for folder in FOLDERS]
    assert told_bent == told_by_node([bent])[0]


@pytest.mark.parametrize("mask", [1, 0x80])
def test_a_file_with_a_byte_bent_is_refused_alike(mask: int) -> None:
    made = CASES["issued-anew"]()
    (told,) = told_by_node([job_of(made, bent=mask)])
    assert len(told) == len(made.file)
    assert {one.partition(" ")[0] for one in told} == {"damaged"}
    trust = read_trust(made.trust)
    for place in range(0, len(made.file), SAMPLED):
        bent = bytearray(made.file)
        bent[place] ^= mask
        verdict = judge_code(bytes(bent), made.code, trust, made.at)
        assert told[place] == f"{verdict.headline} {verdict.why}", place


def test_a_file_that_is_cut_or_longer_is_judged_alike() -> None:
    made = CASES["issued"]()
    whole = made.file
    files = [whole[:length] for length in (*range(0, 60, 3), *range(60, len(whole), 41))]
    files += [whole + more for more in (b"\n", b"\0", bytes(DIGEST_BYTES))]
    # Lengths of which readers of numbers make different things.
    lengths = (b"0160", b"160 ", b"+160", b"1" + b"0" * 18, b"9" * 19, b"9" * 25, b"\xff", b"-1")
    files += [whole.replace(b"\n160\n", b"\n" + length + b"\n", 1) for length in lengths]
    files += [
        whole.replace(b"\n160\n", b"\n\xd9\xa1\xd9\xa6\xd9\xa0\n", 1),
        b"\xef\xbb\xbf" + whole,
    ]
    assert_alike([replace(made, file=file) for file in files])


def test_whatever_a_log_signs_is_read_alike() -> None:
    chance = random.Random(1)
    made = CASES["recalled-by-number"]()
    assert_alike([replace(made, file=_signed_with_a_change(made, chance)) for _ in range(CHANGED)])


def test_whatever_is_typed_is_judged_alike() -> None:
    made = scene().made()
    code, link = code_of(7), link_of(7)
    chance = random.Random(2)
    codes = [
        "",
        " ",
        "\t",
        "://",
        "0",
        "-" * 40,
        code[:-1],
        f"{code}\n",
        f" {code} ",
        f"\u00a0{code}",
    ]
    codes += [code.replace("0", "o"), code.replace("0", "\u0660"), code.replace("-", "\u2010")]
    codes += [
        code[:place] + sign + code[place + 1 :] for place in range(19) for sign in "0Lu\u0131Z"
    ]
    codes += [code_of(number).lower() for number in range(1, season.BAGS + 1)]
    codes += ["".join(chance.choices(ALPHABET, k=16)) for _ in range(40)]
    for blank in (" ", "\n", "\u2003", "\u3000", "\x1c", "\x85", "\ufeff", "\u200b", "\u180e"):
        codes += [f"{blank}{link}{blank}", f"{blank}{code}"]
    codes += [link.upper(), link.replace("/10/L260410A", ""), link_of(7, "L260411A"), f"x{link}"]
    codes += [
        link.replace("/21/", "/21/%30"),
        link[:-1],
        link.replace("/21/", "/21/%"),
        f"{link}#a b",
    ]
    codes += [f"{link}?17=270410&x=y&linkType=all", f"{link}?10=A", f"{link}?21=A", f"{link}?999=1"]
    codes += [
        link.replace("0006", "ooo6"),
        link.replace("0006", "0006-"),
        link.replace("/01/", "/8006/"),
    ]
    assert_alike([replace(made, code=each) for each in codes])


def test_every_trust_and_moment_is_judged_alike() -> None:
    made = CASES["issued-and-witnessed"]()
    trust = read_trust(made.trust)
    hours, instant, skew = timedelta(hours=72), timedelta(milliseconds=1), timedelta(minutes=5)
    signed = encoding.parse_time(read_lot_file(made.file).facts.as_of)
    others = (
        structs.replace(trust, founding=encoding.encode_base64(bytes(32))),
        structs.replace(trust, fresh_hours=1),
        structs.replace(trust, policy=trust.policy.replace("log ", "log\t")),
    )
    after = (-skew - instant, -skew, -instant, timedelta(), hours, hours + instant, 400 * hours)
    cases = [replace(made, trust=write_trust(other)) for other in others]
    assert_alike([*cases, *(replace(made, at=signed + each) for each in after)])


def test_every_link_is_taken_apart_alike() -> None:
    chance = random.Random(3)
    links = [_link(chance) for _ in range(LINKS)]
    asked = "\n".join(
        json.dumps(["rice/link_reading", "parseDigitalLink", [link]]) for link in links
    )
    answers = [
        json.loads(line) for line in printed_by_node(HERE / "call.mjs", given=asked).splitlines()
    ]
    taken = 0
    for link, answer in zip(links, answers, strict=True):
        try:
            expected: object = [list(element) for element in parse_digital_link(link).named]
            taken += 1
        except LedgerError as error:
            expected = error.code
        assert answer.get("returned", answer.get("refused")) == expected, link
    assert LINKS // 5 < taken < LINKS


@pytest.mark.parametrize("function", ["deriveBits", "digest", "verify"])
def test_a_platform_that_lacks_what_it_takes_gives_no_verdict(function: str) -> None:
    """It says that it cannot tell: a label is neither issued nor unknown because of it."""
    job = job_of(CASES["issued"]())
    with pytest.raises(AssertionError, match="unable"):
        told_by_node([job], before=lacking(function))


def _signed_with_a_change(made: Made, chance: random.Random) -> bytes:
    """Return the file as a log would sign it with one member left out, doubled or replaced."""
    facts = json.loads(made.file.split(b"\n", 4)[3])
    batch, stop = facts["batches"][0], facts["stops"][0]
    holder = chance.choice(
        [facts, facts, batch, batch, stop, stop, facts["packer"], *stop["ranges"]]
    )
    name = chance.choice(sorted(holder))
    how = chance.randrange(8)
    if how == 0:
        del holder[name]
    elif how == 1:
        holder[f"{name}_"] = holder[name]
    elif how == 2:
        other = chance.choice(list({**facts, **batch}.values()))
        holder[name] = json.loads(json.dumps(other))
    else:
        holder[name] = chance.choice(ODD)
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if chance.randrange(8) == 0:
        text = chance.choice([f" {text}", text.replace(",", ", ", 1), text.replace("20", "2e1", 1)])
    length = chance.choice([160, 160, 160, 160, 152, 168])
    said = f"{HEADER}\n{season.ORIGIN}\n{length}\n{text}\n".encode("utf-8", "replace").decode()
    return sign_note(said, season.ORIGIN, season.key("log")).encode() + bytes(160)


def _link(chance: random.Random) -> str:
    """Return a link made of identifiers and values, most of them in their right form or nearly."""
    key = chance.choice([*KEYS, "01", "01", "10", "9999"])
    chain = chance.choice(KEYS.get(key) or ((),))
    path = [key, _value(key, chance)]
    for qualifier in chain:
        if chance.random() < 0.6:
            path += [qualifier, _value(qualifier, chance)]
    if chance.randrange(12) == 0:
        path.insert(chance.randrange(len(path)), chance.choice(["", "x", "01", "%", "%zz", "%ff"]))
    names = [*FORMATS, "x", "001", "999", "\u0661"]
    query = [
        f"{name}={_value(name, chance)}" for name in chance.choices(names, k=chance.randrange(3))
    ]
    start = chance.choice(["https://a.example", "HTTP://A.example:80/x", "http://a", "ftp://a"])
    end = chance.choice(["", "", "", "#x", "#", "?", "&", "&x", "\n", "\u00e9", " "])
    return f"{start}/{'/'.join(path)}{'?' if query else ''}{'&'.join(query)}{end}"


def _value(identifier: str, chance: random.Random) -> str:
    """Return a value of about the form that an identifier asks for."""
    made = ""
    for optional, signs, up_to, length, check in _PART.findall(FORMATS.get(identifier, "X..5")):
        if optional and chance.random() < 0.4:
            break
        count = chance.randint(1, int(length)) if up_to else int(length)
        digits = signs == "N" or chance.random() < 0.5
        part = "".join(chance.choices("0123456789" if digits else _SIGNS[signs], k=count))
        if check == "check":
            part = part[:-1] + check_digit(part[:-1])
        elif check in {"day", "month"}:
            part = chance.choice(["240229", "230229", "260500", "261301", "260431", "261231"])
        elif check == "piece":
            part = chance.choice(["0102", "0000", "0302", "1212"])
        elif check == "pair":
            part = chance.choice(["1987654Ad4X4bL5ttr2310c2K", part])
        made += "0" if check == "zero" else part
    if chance.randrange(12) == 0:
        made += chance.choice(["0", "", "%00", "%C3%A9", "\u00e9", "a b"])
    return quote(made, safe=chance.choice(["", "!'()*,:;"])) if chance.randrange(9) else made


def _pages() -> Starlette:
    """Return a site with the modules where the repository has them."""
    static = ROOT / "web" / "static"

    def blank(_request: Request) -> HTMLResponse:
        return HTMLResponse("<!doctype html><title>Holds codes against lot files</title>")

    def module(_request: Request) -> FileResponse:
        return FileResponse(ROOT / MODULE, media_type="text/javascript")

    return Starlette(
        routes=[
            Route("/", blank),
            Route(f"/{MODULE}", module),
            Mount("/web/static", StaticFiles(directory=static)),
        ]
    )
