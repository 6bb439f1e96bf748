"""The files to deploy with are ones that the program itself, and the system's tools, understand."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from typer.main import get_command

from ledger.cli.main import app
from ledger.operation.settings import read_settings
from tests.house import ROOT
from tests.operation.served import served
from tests.requirements import require

DEPLOY = ROOT / "docs" / "deploy"
UNIT = (DEPLOY / "rice-ledger.service").read_text()
CONTAINER = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")


def parsed(words: list[str]) -> dict[str, object]:
    """Return the parameters that the real command line takes from words; it refuses others."""
    command = get_command(app).commands[words[0]]  # type: ignore[attr-defined]
    parameters: dict[str, object] = command.make_context(words[0], words[1:]).params
    return parameters


def lines(instruction: str) -> list[str]:
    """Return what follows an instruction of the container file, for each time it stands there."""
    return re.findall(rf"^\s*{instruction} (.*)$", CONTAINER, re.MULTILINE)


def test_the_configuration_is_read_and_sets_what_exists(tmp_path: Path) -> None:
    force = read_settings(DEPLOY / "serve.toml", {}, {})
    assert force.settings.folder == "/var/lib/rice-ledger"
    everything = tmp_path / "serve.toml"
    text = (DEPLOY / "serve.toml").read_text()
    everything.write_text(re.sub(r"^# (?=[a-z_]+ = )", "", text, flags=re.MULTILINE))
    assert "usual" not in read_settings(everything, {}, {}).sources.values()


def test_the_unit_starts_the_real_command() -> None:
    unit = configparser.RawConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(UNIT)
    service = unit["Service"]
    program, *words = shlex.split(service["ExecStart"])
    assert Path(program).name == "rice-ledger"
    assert parsed(words)["config"] == Path("/etc/rice-ledger/serve.toml")
    name, _, value = service["Environment"].partition("=")
    credential = service["LoadCredential"].partition(":")[0]
    settings = read_settings(None, {name: value}, {}).settings
    assert settings.passphrase_file == f"%d/{credential}"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    require(tool, "systemd-analyze is needed: install systemd")
    unit = tmp_path / "rice-ledger.service"
    unit.write_text(UNIT.replace("/opt/rice-ledger/bin/rice-ledger", sys.executable))
    run = subprocess.run(
        [str(tool), "verify", "--man=no", "--recursive-errors=no", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    # Where systemd does not run it cannot look at other units; what it says of ours is what counts.
    said = [line for line in run.stderr.splitlines() if "rice-ledger" in line]
    assert not said, run.stderr


def test_the_container_runs_the_real_command_as_nobody_in_particular() -> None:
    (entry,), (command,) = lines("ENTRYPOINT"), lines("CMD")
    words = [*json.loads(entry), *json.loads(command)]
    assert words[0] == "rice-ledger"
    parsed(words[1:])
    variables = dict(re.findall(r"(RICE_LEDGER_\w+)=(\S+)", " ".join(lines("ENV"))))
    force = read_settings(None, variables, {})
    assert force.unknown == ()
    assert sum(source in variables for source in force.sources.values()) == len(variables)
    assert lines("USER") == ["10001:10001"]
    assert not re.search(r"PASSPHRASE=|\.age|^ADD ", CONTAINER, re.MULTILINE)
    for source in " ".join(lines("COPY")).split():
        if source.isalnum():
            assert (ROOT / source).exists()


def test_the_containers_health_check_tells_a_server_from_none(book: Path) -> None:
    (check,) = lines("HEALTHCHECK")
    words = [sys.executable, *json.loads(check.partition("CMD ")[2])[1:]]
    with served(book) as here:
        at = [word.replace("http://127.0.0.1:8000", here.address) for word in words]
        subprocess.run(at, check=True)
        here.stop()
        assert subprocess.run(at, stderr=subprocess.DEVNULL, check=False).returncode
