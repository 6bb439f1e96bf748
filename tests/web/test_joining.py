"""Modules joined into one script: nothing but comments and blanks is lost, and it does the same."""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from ledger.errors import LedgerError
from ledger.proof.bundle import read_bundle
from ledger.proof.transport import pack
from tests.requirements import require
from tests.vectors.make import FOLDER
from tests.verifier.test_transport import FORGED
from web.joining import join, slim
from web.static_files import MODULES, STATIC


def run(script: str, given: str = "") -> str:
    program = shutil.which("node")
    require(program, "Node is needed: install nodejs 20 or newer")
    done = subprocess.run(
        [str(program), "--input-type=commonjs", "-"],
        input=f"{script}\n{given}",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("source", "slimmed"),
    [
        ("// why\nlet a = 1; // so\n", "let a=1;"),
        ("/** Of several\n * lines. */\nlet a;\n", "let a;"),
        ("if (a) {\n  b();\n\n  c();\n}\n", "if(a){b();c();}\n"),
        ('let a = "// no comment  = ";\n', 'let a="// no comment  = ";'),
        ("let a = '/* none */';\n", "let a='/* none */';"),
        ('let a = "a \\" // b";\n', 'let a="a \\" // b";'),
        ("let a = `\n\n  // kept = as it is\n`;\n", "let a=`\n\n  // kept = as it is\n`;"),
        ("let a = /[\"'`/]  /u; // b\n", "let a= /[\"'`/]  /u;"),
        ("return /\\/\\/ a/.test(b);", "return /\\/\\/ a/.test(b);"),
        ("let a = b / c / d; // e\n", "let a=b / c / d;"),
        ("let a = b + +c - -d;\n", "let a=b + +c - -d;"),
        ("let a = b /* c */ + d;\n", "let a=b + d;"),
        ("let a = f(\n  b,\n)\n  .c;\nlet d\ne();\n", "let a=f(b,).c;let d\ne();"),
        ("do {\n  a();\n} while (b)\nc();\n", "do{a();}while(b)\nc();"),
    ],
)
def test_a_script_keeps_what_it_says(source: str, slimmed: str) -> None:
    assert slim(source) == slimmed
    assert slim(slimmed) == slimmed


def test_a_template_within_a_template_is_noticed() -> None:
    with pytest.raises(AssertionError, match="a template within one"):
        slim("let a = `b ${c.map((d) => `${d}`)}`;\n")


def test_modules_do_joined_what_they_do_apart() -> None:
    modules = {
        "a/main.js": 'import data from "../data.json" with { type: "json" };\n'
        'import * as all from "./b/other.js";\nimport { one as first, two } from "./b/other.js";\n'
        'import { three } from "./passing.js";\nimport table from "./table.js";\n'
        "console.log(data.n, all.one, first, two(), three.name, table.x, all.begun());\n",
        "a/b/other.js": "export const one = 1;\nexport function two() {\n  return 2;\n}\n"
        "export class Three {}\nlet times = 0;\nexport const begun = () => (times += 1);\n",
        "a/passing.js": 'export { Three, two } from "./b/other.js";\n'
        'import { Three } from "./b/other.js";\nexport const three = Three;\n',
        "a/table.js": "export default {\n  x: 7,\n};\n",
        "data.json": '{ "n": [1, "</x>"] }',
    }
    assert run(join(modules, "a/main.js")) == "[ 1, '</x>' ] 1 1 2 Three 7 1\n"


def test_modules_in_a_circle_are_noticed() -> None:
    modules = {"a.js": 'import { b } from "./b.js";\n', "b.js": 'import { a } from "./a.js";\n'}
    with pytest.raises(AssertionError, match="in a circle"):
        join(modules, "a.js")


def test_what_is_not_understood_is_noticed() -> None:
    with pytest.raises(AssertionError, match="what is exported"):
        join({"a.js": "export default function () {}\n"}, "a.js")


def test_every_script_is_made_of_modules_as_they_stand() -> None:
    assert {"bag.js", "judge.js", "reader.js"} <= STATIC.keys()
    for path, source in MODULES.items():
        served = path.removeprefix("web/static/").replace("ledger/proof", "verifier/proof")
        assert STATIC[served].content.decode() == source


def test_every_module_can_be_joined_with_all_it_needs() -> None:
    scripts = [join(MODULES, path) for path in MODULES if path.endswith(".js")]
    assert len(scripts) > 70
    told = run(f"for (const each of {json.dumps(scripts)}) new Function(each);")
    assert told == ""


def test_what_judges_carries_nothing_that_writes() -> None:
    for name in ("judge.js", "bag.js", "reader.js"):
        assert "privateKey" not in STATIC[name].content.decode()
    imports = "\n".join(text for path, text in MODULES.items() if "/verifier/" in path)
    assert "/writer/" not in imports


def judged(jobs: list[tuple[Path, Path]], member: str) -> list[str]:
    """Return what the joined judge answers when it is asked with files, each as that member."""
    script = "\n".join(
        [
            "globalThis.self = globalThis;",
            STATIC["judge.js"].content.decode(),
            "const { readFileSync } = require('node:fs');",
            "const bytes = (path) => new Uint8Array(readFileSync(path));",
            f"const jobs = {json.dumps([[str(folder), str(file)] for folder, file in jobs])};",
            "(async () => { for (const [folder, file] of jobs) { let told;",
            " self.postMessage = (answer) => { told = answer; };",
            f" await self.onmessage({{ data: {{ {member}: bytes(file),",
            "  trust: bytes(folder + '/trust.json'),",
            "  at: Date.parse(String(readFileSync(folder + '/at.txt')).trim()) } });",
            " console.log(told.unable ?? JSON.stringify(told.verdict)); } })();",
        ]
    )
    return run(script).splitlines()


def test_the_joined_judge_judges_every_vector_as_the_modules_do() -> None:
    folders = sorted(path for path in FOLDER.iterdir() if (path / "bundle.json").exists())
    jobs = [(folder, folder / "bundle.json") for folder in folders]
    for folder, told in zip(folders, judged(jobs, "bundle"), strict=True):
        assert json.loads(told) == json.loads((folder / "verdict.json").read_bytes()), folder


def test_evidence_that_travelled_is_judged_as_it_is_at_home(tmp_path: Path) -> None:
    jobs = []
    for folder in sorted(FOLDER.iterdir()):
        if (folder / "bundle.json").exists() and folder.name not in FORGED:
            with suppress(LedgerError):
                packed = pack(read_bundle((folder / "bundle.json").read_bytes()))
                (tmp_path / folder.name).write_bytes(packed)
                jobs.append((folder, tmp_path / folder.name))
    assert len(jobs) > 200
    for (folder, _), told in zip(jobs, judged(jobs, "packed"), strict=True):
        assert json.loads(told) == json.loads((folder / "verdict.json").read_bytes()), folder


@pytest.mark.parametrize(
    "members",
    [{}, {"packed": "rice-ledger/packed@v1"}, {"lot": 7}, {"entries": []}, {"given": [1]}],
)
def test_what_cannot_be_written_out_is_no_verdict(
    members: dict[str, object], tmp_path: Path
) -> None:
    file = tmp_path / "sent"
    file.write_bytes(json.dumps(members).encode() + b"\0")
    (told,) = judged([(FOLDER / "one-bag", file)], "packed")
    assert '"headline"' not in told
