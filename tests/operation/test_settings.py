"""How a server is run: one file, variables over it, options over both; nothing odd gets in."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.errors import LedgerError
from ledger.operation.settings import Settings, read_settings, show


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "serve.toml"


def test_without_anything_all_is_usual() -> None:
    force = read_settings(None, {}, {})
    assert force.settings == Settings()
    assert set(force.sources.values()) == {"usual"}
    assert force.settings.metrics_port == 0


def test_options_go_before_variables_and_those_before_the_file(file: Path) -> None:
    file.write_text('# ours\nport = 1\nhost = "0.0.0.0"\nlate_seconds = 5\n')
    variables = {"RICE_LEDGER_PORT": "2", "RICE_LEDGER_HOST": "::1", "RICE_LEDGER_RESOLVER": ""}
    force = read_settings(file, variables, {"port": 3, "resolver": None})
    assert (force.settings.port, force.settings.host, force.settings.late_seconds) == (3, "::1", 5)
    assert force.sources["port"] == "--port"
    assert force.sources["host"] == "RICE_LEDGER_HOST"
    assert force.sources["late_seconds"] == f"{file}:4"
    assert force.sources["resolver"] == "usual"


def test_paths_in_the_file_are_meant_from_its_own_folder(file: Path) -> None:
    file.write_text('folder = "book"\npassphrase_file = "/run/secret"\n')
    settings = read_settings(file, {}, {}).settings
    assert settings.folder == str(file.parent / "book")
    assert settings.passphrase_file == "/run/secret"
    assert settings.log_key_file == ""
    assert read_settings(None, {"RICE_LEDGER_FOLDER": "book"}, {}).settings.folder == "book"


def test_what_is_shown_can_be_read_again(file: Path, tmp_path: Path) -> None:
    force = read_settings(None, {"RICE_LEDGER_METRICS_PORT": "9464"}, {"folder": str(tmp_path)})
    file.write_text("\n".join(show(force)))
    assert read_settings(file, {}, {}).settings == force.settings


def test_a_variable_that_no_setting_has_is_told() -> None:
    variables = {
        "RICE_LEDGER_PROT": "1",
        "RICE_LEDGER_PASSPHRASE": "x",
        "RICE_LEDGER_PIN": "x",
        "RICE_LEDGER_CONFIG": "x",
        "OTHER": "1",
    }
    assert read_settings(None, variables, {}).unknown == ("RICE_LEDGER_PROT",)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("port = ", "settings_unreadable", None),
        ("port = 1\nport = 2\n", "settings_unreadable", None),
        ("\n\nprot = 1\n", "setting_unknown", 3),
        ("port = 1\n[server]\nport = 2\n", "setting_unknown", 2),
        ("log.level = 'info'", "setting_unknown", 1),
        ("\nport = '8000'\n", "setting_refused", 2),
        ("port = 65536", "setting_refused", 1),
        ("port = true", "setting_refused", 1),
        ("port = -1", "setting_refused", 1),
        ("publish_seconds = nan", "setting_refused", 1),
        ("publish_seconds = inf", "setting_refused", 1),
        ("publish_seconds = 0", "setting_refused", 1),
        ("late_seconds = 1.5", "setting_refused", 1),
        ("host = ''", "setting_refused", 1),
        ("host = 'a b'", "setting_refused", 1),
        ("folder = ''", "setting_refused", 1),
        ('folder = "a\\u0000b"', "setting_refused", 1),
        ("log_level = 'loud'", "setting_refused", 1),
        ("log_format = 'xml'", "setting_refused", 1),
        ("metrics_port = 'on'", "setting_refused", 1),
        ("resolver = 'rice.example'", "setting_refused", 1),
        ("passphrase = 'secret'", "setting_unknown", 1),
        ("\ufeffport = 1", "settings_unreadable", None),
    ],
)
def test_a_file_that_says_something_odd_is_refused_by_its_line(
    file: Path, text: str, code: str, line: int | None
) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LedgerError) as refused:
        read_settings(file, {}, {})
    assert refused.value.code == code
    if line is not None:
        assert refused.value.details["where"] == f"{file}:{line}"
    assert "secret" not in str(refused.value)


def test_a_file_that_is_not_there_or_no_text_is_refused(file: Path) -> None:
    with pytest.raises(LedgerError) as refused:
        read_settings(file, {}, {})
    assert refused.value.code == "file_closed"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(LedgerError) as refused:
        read_settings(file, {}, {})
    assert refused.value.code == "settings_unreadable"
    with pytest.raises(LedgerError) as refused:
        read_settings(file.parent, {}, {})
    assert refused.value.code == "settings_unreadable"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORT", "tcp://10.0.0.1:80"),
        ("PUBLISH_SECONDS", "soon"),
        ("PUBLISH_SECONDS", "nan"),
        ("METRICS_PORT", "70000"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_variable_that_says_something_odd_is_refused_by_its_name(name: str, text: str) -> None:
    with pytest.raises(LedgerError) as refused:
        read_settings(None, {f"RICE_LEDGER_{name}": text}, {})
    assert refused.value.details["where"] == f"RICE_LEDGER_{name}"
