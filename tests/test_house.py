"""The house checks itself: what we agreed on is tested, and each test is shown able to fail."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import ledger.log.issuing
import ledger.service  # noqa: F401  (the codes of these two and of their parts join `errors`)
from ledger import errors
from ledger.epcis import refusals as epcis_refusals
from tests import house
from tests.house import ROOT

for _name in (
    *("ledger.service", "ledger.drafting", "ledger.log.possession", "ledger.tokens.naming"),
    *("ledger.scans.refusals", "web.site"),
    *("ledger.scans.refusals", "ledger.operation.settings", "ledger.operation.rebuild"),
    *("ledger.operation.restore", "ledger.operation.readiness"),
    *("ledger.cli.main", "ledger.stating", "ledger.labels.refusals", "ledger.catalogue"),
    *("ledger.targets", "web.workplace.pages"),
):
    importlib.import_module(_name)  # the codes of its parts join those of `errors`

CODE = house.sources("ledger", "api", "web")
TESTS = house.sources("tests")
FACES = house.sources("web", suffixes=[".js", ".css", ".html"])
PAPERS = {
    **house.sources("docs", "ledger", suffixes=[".md"]),
    **house.sources("docs/deploy", suffixes=[".toml", ".service", ""]),
    **{
        Path(name): (ROOT / name).read_text(encoding="utf-8")
        for name in ("README.md", "CHANGELOG.md", "pyproject.toml", "constraints.txt", ".ci/run")
    },
}
VECTOR_NOTES = house.sources("tests", suffixes=[".md", ".js", ".mjs"])
REFUSALS = [
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.LedgerError)
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
COMMANDS = re.findall(r"```sh\n(.*?)\n```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)


def test_the_tree_is_seen() -> None:
    assert Path("ledger/errors.py") in CODE
    assert Path("tests/test_house.py") in TESTS


def test_imports_point_one_way() -> None:
    assert not [
        violation
        for path, source in CODE.items()
        for violation in house.import_violations(source, house.module_name(path))
    ]


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("ledger.errors", "from ledger.log import merkle"),
        ("ledger.log.merkle", "import ledger.rice.lots"),
        ("ledger.rice.lots", "from ledger.proof import verify"),
        ("ledger.proof.bundle", "from ledger.store.store import Store"),
        ("ledger.store.store", "from ledger import service"),
        ("ledger.store.store", "from ledger.proof.verify import Verdict"),
        ("ledger.labels.sheet", "from ledger.imports import rows"),
        ("ledger.service", "from ledger.cli import main"),
        ("ledger.audit", "from ledger.demo import season"),
        ("ledger.rice.lots", "from ledger import *"),
        ("ledger.rice.lots", "from api import problems"),
        ("ledger.epcis.query", "from ledger.store.events import Wanted"),
        ("ledger.gateway.office", "from ledger.service import Ledger"),
        ("api.routers.entries", "from web.pages import scan"),
        ("web.pages", "def late():\n    from api import problems"),
        ("ledger.service", "from tests.house import ROOT"),
    ],
)
def test_an_import_the_wrong_way_is_noticed(module: str, line: str) -> None:
    assert house.import_violations(line, module)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("ledger.proof.verify", "from ledger.rice import rulebook"),
        ("ledger.rice.lots", "from ledger.rice.mass import mass14_g"),
        ("ledger.service", "from ledger.store.store import Store"),
        ("ledger.cli.serve", "from api.main import create_app"),
        ("api.main", "from web import pages"),
        ("web.pages", "from ledger.service import Ledger"),
        ("ledger.log.merkle", "import hashlib"),
    ],
)
def test_an_import_the_right_way_is_left_alone(module: str, line: str) -> None:
    assert not house.import_violations(line, module)


def test_every_part_of_the_ledger_has_its_place_in_the_law() -> None:
    parts = {path.with_suffix("").parts[1] for path in CODE if path.parts[0] == "ledger"}
    assert parts - {"__init__"} <= set(house.MAY_IMPORT)


def test_the_pure_rings_take_the_world_through_their_parameters() -> None:
    assert not [
        violation
        for path, source in CODE.items()
        for violation in house.purity_violations(source, house.module_name(path))
    ]


@pytest.mark.parametrize(
    "line",
    [
        "import time",
        "import os.path",
        "from pathlib import Path",
        "from urllib.request import urlopen",
        "from importlib.resources import files",
        "import sqlalchemy as sa",
        "def late():\n    import random",
        "open('rules.json')",
        "print('here')",
        "moment = datetime.now(UTC)",
        "day = date.today()",
        "key = Ed25519PrivateKey.generate()",
        "from uuid import uuid4",
        "import uuid\nuuid.uuid4()",
    ],
)
def test_a_look_at_the_world_is_noticed(line: str) -> None:
    assert house.purity_violations(line, "ledger.rice.lots")
    assert not house.purity_violations(line, "ledger.service")


def test_the_rules_of_the_verdict_may_be_read_and_nothing_else() -> None:
    line = "from importlib.resources import files"
    assert not house.purity_violations(line, "ledger.proof.rules")
    assert house.purity_violations("import os", "ledger.proof.rules")
    assert house.purity_violations(line, "ledger.proof.verify")


def test_modules_are_named_after_things() -> None:
    paths = [*CODE, *TESTS, *house.sources("web", "tests", suffixes=[".js", ".mjs"])]
    assert not [violation for path in paths for violation in house.name_violations(path)]
    assert house.name_violations(Path("ledger/rice/utils.py"))
    assert house.name_violations(Path("ledger/core/lots.py"))


def test_files_and_functions_fit_in_one_sitting() -> None:
    files = {**CODE, **TESTS, **house.sources("web", suffixes=[".js"])}
    assert not [
        violation
        for path, source in files.items()
        for violation in house.size_violations(source, path)
    ]


def test_what_is_too_long_is_noticed() -> None:
    path = Path("ledger/rice/lots.py")
    full = "def weigh():\n" + "    pass\n" * (house.FUNCTION_LINES_MAX - 1)
    assert not house.size_violations(full, path)
    assert house.size_violations(full + "    pass\n", path)
    assert house.size_violations("\n" * (house.FILE_LINES_MAX + 1), path)


def test_nothing_names_a_place_of_ours_or_a_task_undone() -> None:
    files = {**CODE, **TESTS, **FACES, **PAPERS, **VECTOR_NOTES}
    assert not [
        violation for path, text in files.items() for violation in house.word_violations(text, path)
    ]


@pytest.mark.parametrize("word", [*house.UNSPEAKABLE, "TO" + "DO: later", "FIX" + "ME"])
def test_such_a_word_is_noticed(word: str) -> None:
    assert house.word_violations(f"one\n# two {word}three {word}\n", Path("lots.py"))


def test_every_refusal_has_words_and_gives_them_their_details() -> None:
    assert not [
        violation
        for path, source in CODE.items()
        for violation in house.refusal_violations(source, path, REFUSALS, errors.CODES)
    ]


def test_a_code_has_one_meaning() -> None:
    modules = {str(path): ast.parse(source) for path, source in CODE.items()}
    assert house.words_given_twice(modules) == []
    twice = {name: ast.parse('CODES |= {"gone": Words("a", "b")}') for name in ("lots", "areas")}
    assert house.words_given_twice(twice) == ["gone: lots, areas"]


def test_a_refusal_without_words_or_details_is_noticed() -> None:
    codes = {"lot-gone": errors.Words("Lot {lot} is gone.", "Lô {lot} không còn.")}
    path = Path("lots.py")

    def noticed(line: str) -> list[str]:
        return house.refusal_violations(line, path, REFUSALS, codes)

    assert not noticed("raise RefusedError('lot-gone', lot=name)")
    assert not noticed("raise RefusedError('lot-gone', **details)")
    assert noticed("raise RefusedError('lot-gone')")
    assert noticed("raise errors.RefusedError('lot-lost', lot=name) from error")


def test_words_of_a_refusal_are_there_without_anybody_elses_import() -> None:
    assert not house.late_words(CODE, REFUSALS)
    words = {Path("ledger/a.py"): "CODES |= {'gone': Words('Gone.', 'Không còn.')}"}
    late = {Path("ledger/b.py"): "def f():\n    raise RefusedError('gone')"}
    early = {Path("ledger/b.py"): "import ledger.a\nraise RefusedError('gone')"}
    assert house.late_words(words | late, REFUSALS) == ["ledger/b.py:2 gone"]
    assert not house.late_words(words | early, REFUSALS)


def test_every_code_is_said_in_both_languages() -> None:
    assert not house.words_violations(errors.CODES)
    assert house.words_violations({"a": errors.Words("Same", "Same")})
    assert house.words_violations({"a": errors.Words("Lot {lot}", "Lô {ma}")})
    assert house.words_violations({"a": errors.Words("Gone", " ")})


def test_every_code_is_used() -> None:
    words = {Path(f"ledger/{name}.py") for name in ("errors", "epcis/refusals", "labels/refusals")}
    used = "\n".join(text for path, text in CODE.items() if path not in words)
    assert set(epcis_refusals.WORDS) <= set(errors.CODES)
    assert not [code for code in errors.CODES if f'"{code}"' not in used]


def test_people_are_told_about_their_rice_not_about_our_errors() -> None:
    for language in ("en", "vi"):
        words = {code: getattr(said, language) for code, said in errors.CODES.items()}
        assert not house.unkind_words(words, language)
    for path, text in house.sources("web", suffixes=[".json"]).items():
        if "i18n" in path.parts:
            assert not house.unkind_words(json.loads(text), str(path))
    assert house.unkind_words({"a": "Invalid lot"}, "en")


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]],
    ids=" ".join,
)
def test_the_tools_have_nothing_to_say(command: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_readme_opens_with_two_commands_that_install_the_pinned_versions() -> None:
    demo, check = COMMANDS[:2]
    venv = "python3 -m venv --without-pip .venv && "
    install = "python3 -m pip --python .venv/bin/python install -q -c constraints.txt -e "
    assert demo == f"{venv}{install}. && .venv/bin/rice-ledger demo"
    assert check == f"{venv}{install}'.[test]' && .venv/bin/python -m pytest"
    assert "rice-ledger" in PROJECT["project"]["scripts"]


def test_ci_runs_the_command_of_the_readme() -> None:
    assert "grep -F -- '-m pytest' README.md" in PAPERS[Path(".ci/run")]
    assert PAPERS[Path("README.md")].count("-m pytest") == 1


def test_every_link_between_our_papers_leads_somewhere() -> None:
    for path, text in PAPERS.items():
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text):
            assert (ROOT / path.parent / target).exists(), f"{path} points to {target}"


def test_every_requirement_is_pinned_to_one_version() -> None:
    lines = PAPERS[Path("constraints.txt")].splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*", line) for line in lines)
    pinned = {_plain(line.partition("==")[0]) for line in lines}
    project = PROJECT["project"]
    asked = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        asked += extra
    names = {_plain(re.split(r"[\[><=~;! ]", line)[0]) for line in asked} - {"rice-ledger"}
    assert names <= pinned, f"not pinned: {names - pinned}"


def test_every_data_file_is_shipped() -> None:
    shipped = PROJECT["tool"]["setuptools"]["package-data"]
    for package in ("ledger", "api", "web"):
        found = {
            path
            for path in (ROOT / package).rglob("*")
            if path.is_file() and path.suffix not in {".py", ".pyc"}
        }
        for pattern in shipped.get(package, []):
            whole = f"{pattern}/*" if pattern.endswith("**") else pattern
            found -= set((ROOT / package).glob(whole))
        assert not found, f"package-data of {package} leaves out {sorted(found)}"


def _plain(name: str) -> str:
    """Return a distribution's name in the one spelling in which names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()
