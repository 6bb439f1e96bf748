from __future__ import annotations

import re
import subprocess
import sys

import pytest

from ledger import errors
from ledger.cli.exits import MEANINGS, Exit, exit_of
from ledger.cli.main import app
from ledger.cli.phrases import PHRASES
from ledger.cli.speech import choose_languages
from tests import house
from tests.cli import reference
from tests.cli.talk import Rice

HEAVY = {
    *("api", "cbor2", "cryptography", "fastapi", "httpx", "jinja2", "jsonschema_rs", "openpyxl"),
    *("PIL", "fontTools", "numpy", "pkcs11", "pyproj", "pyrage", "qrcode"),
    *("rich", "shapely", "sqlalchemy", "sqlmodel", "uvicorn", "web", "zxingcpp"),
}


def modules_after(code: str) -> set[str]:
    listing = f"{code}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True, cwd=house.ROOT
    )
    return set(run.stdout.split())


def test_help_is_there_at_once_for_nothing_heavy_is_imported() -> None:
    assert not modules_after("import ledger.cli.main") & HEAVY
    assert modules_after("import ledger.demo") & HEAVY


def test_version(rice: Rice) -> None:
    result = rice("--version")
    assert result.exit_code == 0
    assert re.fullmatch(r"rice-ledger \d+\.\d+\.\d+\n", result.stdout)


def test_the_paper_says_what_the_program_says() -> None:
    assert reference.written().strip() == reference.reference().strip()


def test_every_command_is_asked_for_in_a_test() -> None:
    talk = "".join(house.sources("tests/cli").values())
    spoken = {words: ", ".join(f'"{word}"' for word in words) for words in reference.commands()}
    assert [words for words, text in spoken.items() if text not in talk] == []


def test_every_exit_status_has_one_meaning_and_every_refusal_a_status() -> None:
    assert set(MEANINGS) == set(Exit)
    assert exit_of(errors.NotFoundError("not_published", index=1, size=1)) == Exit.ABSENT
    assert exit_of(errors.MalformedError("malformed", what="x")) == Exit.UNREADABLE
    assert exit_of(errors.ConflictError("head_moved", size=1)) == Exit.TAKEN
    assert exit_of(errors.CorruptedError("entry_differs", index=1)) == Exit.DAMAGED
    assert exit_of(errors.RefusedError("passphrase_wrong", file="x")) == Exit.NO
    assert exit_of(errors.SignatureError("signature_bad", kid="x")) == Exit.NO


def test_every_phrase_is_said_in_both_languages_and_used() -> None:
    figures = {"mass"}  # a unit is the same in both
    assert not house.words_violations(
        {name: words for name, words in PHRASES.items() if name not in figures}
    )
    for language in ("en", "vi"):
        said = {name: getattr(words, language) for name, words in PHRASES.items()}
        assert not house.unkind_words(said, language)
    code = "\n".join(
        text for path, text in house.sources("ledger/cli").items() if path.name != "phrases.py"
    )
    used = set(re.findall(r"""["'](\w+)["']""", code))
    composed = ("level_", "void_")
    assert not [name for name in PHRASES if name not in used and not name.startswith(composed)]


@pytest.mark.parametrize(
    ("wanted", "environment", "languages"),
    [
        ("vi", {"LANG": "en_US.UTF-8"}, ("vi",)),
        ("en", {}, ("en",)),
        (None, {"LANG": "vi_VN.UTF-8"}, ("vi",)),
        (None, {"LC_ALL": "en_GB.UTF-8", "LANG": "vi_VN.UTF-8"}, ("en",)),
        (None, {"LANG": "ja_JP.UTF-8"}, ("vi", "en")),
        (None, {"LC_ALL": "C.UTF-8"}, ("vi", "en")),
        (None, {}, ("vi", "en")),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_machines_else_both(
    wanted: str | None, environment: dict[str, str], languages: tuple[str, ...]
) -> None:
    assert choose_languages(wanted, environment) == languages


def test_a_command_line_that_is_not_understood(rice: Rice) -> None:
    assert rice("vrify").exit_code == Exit.USAGE
    assert rice("verify").exit_code == Exit.USAGE
    assert rice("--lang", "ja", "verify").exit_code == Exit.USAGE
    assert rice().exit_code == Exit.USAGE


def test_a_traceback_never_shows_what_a_variable_holds() -> None:
    assert app.pretty_exceptions_enable is False
