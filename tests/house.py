"""The conventions of the house as functions of source text, so that each can be shown to fail.

Every check takes text and returns what is wrong with it, one line each; an empty list is assent.
``tests/test_house.py`` runs them over the tree, and over small bad samples.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from string import Formatter

from ledger.errors import Words

ROOT = Path(__file__).resolve().parent.parent

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60

_BELOW_SERVICE = {
    *("errors", "log", "rice", "proof", "store", "epcis", "labels", "imports"),
    "folder",
}
MAY_IMPORT: Mapping[str, set[str]] = {
    "errors": set(),
    "coding": set(),
    "log": {"errors"},
    "folder": {"errors"},
    "rice": {"errors", "log"},
    "proof": {"errors", "log", "rice"},
    "store": {"errors", "log", "rice"},
    "epcis": {"errors", "log", "rice"},
    "labels": {"errors", "log", "rice"},
    "imports": {"errors", "log", "rice"},
    "programme": {"errors", "log", "rice", "imports"},
    "unsigned": {"errors", "log", "rice"},
    "season": {"errors", "log", "rice", "imports", "programme", "unsigned"},
    "keyring": {"errors", "log", "programme"},
    "tokens": {"errors", "log"},
    "reading": {"errors", "log", "rice", "unsigned"},
    "readers": {"errors", "log", "rice", "unsigned", "reading"},
    "sequencer": {"errors", "log", "rice", "store", "unsigned", "reading", "readers"},
    "evidence": {"errors", "log", "rice", "proof", "store"},
    "archive": {"errors", "log", "rice", "store"},
    "event_index": {"errors", "log", "rice", "store", "epcis"},
    "event_repository": {"errors", "log", "rice", "store", "epcis", "event_index"},
    "lot_history": {"errors", "log", "rice", "store", "epcis", "event_index"},
    "gateway": {"errors", "log", "rice", "epcis"},
    "tracing": {"errors", "log", "rice", "store"},
    "affected": {"errors", "log", "rice", "proof", "store", "tracing"},
    "recalling": {"errors", "log", "rice", "proof", "store", "affected"},
    "standing": {"errors", "log", "rice", "proof", "store", "tracing", "affected"},
    "status_lists": {"errors", "log", "rice", "store", "tracing"},
    "label_states": {"errors", "rice", "store"},
    "label_digests": {"rice", "proof"},
    "lot_files": {
        *("errors", "log", "rice", "proof", "store", "evidence"),
        *("affected", "recalling", "label_states", "label_digests"),
    },
    "lot_sheet": {"errors", "rice", "proof", "store", "tracing", "affected", "recalling"},
    "catalogue": {"errors", "rice", "proof", "store", "tracing", "affected"},
    "service": {
        *_BELOW_SERVICE,
        *("sequencer", "evidence", "archive", "event_index", "lot_history", "disclosures"),
        "erasures",
        *("unsigned", "tracing", "affected", "recalling", "lot_sheet", "status_lists"),
        "lot_files",
    },
    "lists": {"errors", "log", "rice", "proof", "affected"},
    "dids": {"errors", "log", "rice", "store", "sequencer"},
    "did_fetching": {"errors", "rice"},
    "disclosures": {"errors", "log", "rice", "store", "label_digests"},
    "erasures": {"errors", "folder", "store", "disclosures"},
    "closing": {"errors", "log", "rice", "store"},
    "holdings": {"rice", "store"},
    "recent": {"errors", "log", "rice", "store"},
    "lot_claims": {"rice"},
    "prospects": {"errors", "log", "rice", "store"},
    "recognising": {"errors", "rice", "store"},
    "dossier": {"errors", "log", "rice", "store", "tracing", "closing"},
    "field_book": {"rice", "store", "tracing", "dossier"},
    "doubts": {"errors", "rice", "store", "dossier", "field_book"},
    "desk": {"rice", "store", "tracing", "dossier"},
    "sampling": {"log"},
    "certified": {"errors", "log", "rice", "store", "tracing", "closing"},
    "area_register": {"errors", "rice", "store", "tracing", "closing"},
    "commune_report": {
        *("errors", "log", "rice", "store", "tracing", "closing", "certified", "dossier"),
        "area_register",
    },
    "private_sums": {"errors", "rice", "store", "tracing", "closing"},
    "targets": {"errors", "rice"},
    "stating": {"errors", "log", "rice", "store"},
    "trial": {"errors", "log", "rice", "store"},
    "drafting": {"errors", "log", "rice", "store", "dossier", "trial"},
    "consignment": {
        *("errors", "log", "rice", "proof", "store", "labels", "lists", "service", "dossier"),
        "disclosures",
    },
    "label_preparations": {"errors", "log", "rice", "store", "disclosures", "label_states"},
    "printing": {"errors", "rice", "store", "labels", "disclosures"},
    "row_outcomes": {"errors", "rice", "imports"},
    "dry_run": {
        *("errors", "log", "rice", "store", "imports", "programme", "season", "unsigned"),
        "row_outcomes",
    },
    "intake": {
        *(*_BELOW_SERVICE, "row_outcomes"),
        *("programme", "unsigned", "season", "sequencer", "service", "disclosures"),
    },
    "scans": {"errors", "rice", "proof"},
    "findings": {"errors", "rice"},
    "papers": {"errors", "log", "rice"},
    "replay": {"errors", "log", "rice", "store", "reading", "readers", "findings"},
    "audit": {
        *_BELOW_SERVICE,
        *("replay", "archive", "findings", "event_index", "disclosures"),
    },
    "operation": {
        *("errors", "log", "rice", "proof", "store", "folder", "scans"),
        *("sequencer", "service", "audit", "event_index", "disclosures", "findings"),
        *("erasures", "replay"),
    },
    "demo": {*_BELOW_SERVICE, "programme", "season", "keyring", "service", "intake", "audit"},
    "cli": {
        *_BELOW_SERVICE,
        *("programme", "season", "keyring", "sequencer", "service", "intake", "audit", "demo"),
        *("findings", "papers", "gateway", "event_index", "closing", "disclosures"),
        *(
            "dossier",
            "certified",
            "tracing",
            "affected",
            "recalling",
            "lists",
            "standing",
            "stating",
        ),
        *("drafting", "tokens", "trial", "row_outcomes"),
        *("dids", "did_fetching", "label_states", "scans", "operation", "targets"),
    },
}
"""Which parts of ``ledger`` each part may import besides itself."""

PURE_RINGS = ("errors", "log", "rice", "proof")
# fmt: off
IMPURE_MODULES = {
    "asyncio", "concurrent", "getpass", "glob", "http", "httpx", "importlib", "io.open", "logging",
    "multiprocessing", "os", "pathlib", "pkgutil", "platform", "random", "secrets", "select",
    "shutil", "signal", "socket", "sqlalchemy", "sqlite3", "sqlmodel", "ssl", "subprocess", "sys",
    "tempfile", "threading", "time", "urllib.request", "uuid.uuid1", "uuid.uuid4",
}
IMPURE_METHODS = {
    "now", "utcnow", "today", "generate", "generate_private_key", "uuid1", "uuid4",
}
FORBIDDEN_MODULES = {
    "base", "common", "core", "crud", "helpers", "misc", "models", "schemas", "util", "utils",
}
# fmt: on
IMPURE_NAMES = {"open", "input", "print", "__import__", "breakpoint", "exec", "eval"}
PURE_BUT = {("ledger.proof.rules", "importlib.resources")}
"""The verdict's rules are one JSON file for Python and the browser; Python reads it as a resource
of its own package, once, and no caller can make it read anything else."""


# Spelled in pieces so that this file may itself be checked.
UNSPEAKABLE = (
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js.",
    "deb." + "debian",
    "/wo" + "rk/",
    "/ro" + "ot/",
    "/ho" + "me/",
    "/opt" + "/py",
    "/tm" + "p/",
    "clau" + "de",
    "anthro" + "pic",
    "chat" + "gpt",
)
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")
UNKIND = re.compile(r"\b(error|invalid|failed to|block ?chain|100 ?% authentic)\b", re.IGNORECASE)


def sources(*folders: str, suffixes: Iterable[str] = (".py",)) -> dict[Path, str]:
    """Return the text of every file of our own below the folders, by its path from the root."""
    wanted = tuple(suffixes)
    return {
        path.relative_to(ROOT): path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file() and path.suffix in wanted and "__pycache__" not in path.parts
    }


def module_name(path: Path) -> str:
    """Return the dotted name under which a file is imported."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source: str) -> list[tuple[int, str]]:
    """Return each imported name with its line; ``from a import b`` gives ``a.b``."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "the linter refuses relative imports"
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return sorted(found)


def import_violations(source: str, module: str) -> list[str]:
    """Return the imports of a module that point the wrong way."""
    return [
        f"{module}:{line} may not import {name}"
        for line, name in imports(source)
        if not _may_import(module, name)
    ]


def _may_import(module: str, name: str) -> bool:
    importer, imported = module.split("."), name.split(".")
    house, guest = importer[0], imported[0]
    if guest not in {"ledger", "api", "web"}:
        return guest != "tests" or house == "tests"
    if house in {"api", "web"}:
        return guest in {"ledger", house} or module == "api.main"
    if guest != "ledger":
        return importer[:2] == ["ledger", "cli"]  # `serve` starts the faces
    if len(importer) == 1 or len(imported) == 1:
        return len(importer) > 1 and importer[1] == "cli"  # the package root is nobody's shortcut
    return imported[1] == importer[1] or imported[1] in MAY_IMPORT.get(importer[1], set())


def purity_violations(source: str, module: str) -> list[str]:
    """Return what a module of a pure ring takes from the world other than by its parameters."""
    if module.split(".")[1:2] not in [[ring] for ring in PURE_RINGS]:
        return []
    found = [
        f"{module}:{line} imports {name}"
        for line, name in imports(source)
        if any(_is_within(name, impure) for impure in IMPURE_MODULES)
        and not any(module == here and _is_within(name, allowed) for here, allowed in PURE_BUT)
    ]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in IMPURE_NAMES:
                found.append(f"{module}:{node.lineno} calls {called.id}()")
            if isinstance(called, ast.Attribute) and called.attr in IMPURE_METHODS:
                found.append(f"{module}:{node.lineno} calls .{called.attr}()")
    return found


def _is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def name_violations(path: Path) -> list[str]:
    """Return the parts of a path that name a drawer instead of a thing."""
    return [f"{path}: {part}" for part in path.with_suffix("").parts if part in FORBIDDEN_MODULES]


def size_violations(source: str, path: Path) -> list[str]:
    """Return the file, and the functions in it, that are too long to read in one sitting."""
    lines = source.count("\n")
    found = [f"{path}: {lines} lines"] if lines > FILE_LINES_MAX else []
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                length = node.end_lineno - node.lineno + 1
                if length > FUNCTION_LINES_MAX:
                    found.append(f"{path}:{node.lineno} {node.name}: {length} lines")
    return found


def word_violations(text: str, path: Path) -> list[str]:
    """Return the lines that name a place nobody else has, or a task nobody did."""
    return [
        f"{path}:{number} {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), 1)
        if any(word in line.lower() for word in UNSPEAKABLE) or UNFINISHED.search(line)
    ]


def unkind_words(words: Mapping[str, str], where: str) -> list[str]:
    """Return the messages that speak of our errors instead of the person's rice."""
    return [f"{where} {key}: {text}" for key, text in words.items() if UNKIND.search(text)]


def refusals(source: str, kinds: Iterable[str]) -> Iterator[tuple[int, str, set[str] | None]]:
    """Yield line, code and details of each refusal built with a literal code.

    The details are None where they are handed on as a mapping and cannot be read here.
    """
    classes = set(kinds)
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        called, code = node.func, node.args[0]
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", None)
        if name in classes and isinstance(code, ast.Constant) and isinstance(code.value, str):
            details = {keyword.arg for keyword in node.keywords if keyword.arg}
            is_open = any(keyword.arg is None for keyword in node.keywords)
            yield node.lineno, code.value, None if is_open else details


def refusal_violations(
    source: str, path: Path, kinds: Iterable[str], codes: Mapping[str, Words]
) -> list[str]:
    """Return the refusals whose code has no words, or whose words want a detail not given."""
    found = []
    for line, code, details in refusals(source, kinds):
        if code not in codes:
            found.append(f"{path}:{line} {code} has no words")
        elif details is not None and (missing := blanks(codes[code].en) - details):
            found.append(f"{path}:{line} {code} is not given {', '.join(sorted(missing))}")
    return found


def late_words(sources: Mapping[Path, str], kinds: Iterable[str]) -> list[str]:
    """Return the refusals whose words are not there unless somebody else imported them first."""
    modules = {module_name(path): ast.parse(source) for path, source in sources.items()}
    worded = {name: set(_worded(tree)) for name, tree in modules.items()}
    somewhere = set().union(*worded.values())
    found = []
    for path, source in sources.items():
        tree = modules[module_name(path)]
        for line, code, _ in refusals(source, kinds):
            within = [node for node in tree.body if _spans(node, line)]
            here = {module_name(path), *_named(part for node in within for part in ast.walk(node))}
            if code in somewhere.difference(*(worded[name] for name in _closure(here, modules))):
                found.append(f"{path}:{line} {code}")
    return found


def _spans(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def words_given_twice(modules: Mapping[str, ast.Module]) -> list[str]:
    """Return the codes to which several modules give words: the last to be imported would win."""
    givers: dict[str, list[str]] = {}
    for name, tree in modules.items():
        tables = [one for one in tree.body if isinstance(one, ast.AugAssign)]
        for code in _worded(ast.Module(body=list(tables), type_ignores=[])):
            givers.setdefault(code, []).append(name)
    return [f"{code}: {', '.join(names)}" for code, names in givers.items() if len(names) > 1]


def _worded(tree: ast.Module) -> Iterator[str]:
    """Yield the codes to which a module gives words."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            for table in ast.walk(node):
                if isinstance(table, ast.Dict):
                    yield from (
                        str(key.value)
                        for key, value in zip(table.keys, table.values, strict=True)
                        if isinstance(key, ast.Constant)
                        and isinstance(value, ast.Call)
                        and getattr(value.func, "id", "") == "Words"
                    )


def _closure(names: set[str], modules: Mapping[str, ast.Module]) -> set[str]:
    """Return modules of these names, and all that are there once they are imported."""
    found: set[str] = set()
    waiting = [*names]
    while waiting:
        name = waiting.pop()
        if name in modules and name not in found:
            found.add(name)
            waiting += _named(modules[name].body)
    return found


def _named(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield what imports among these nodes name: modules, and what might be modules."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def words_violations(codes: Mapping[str, Words]) -> list[str]:
    """Return the codes that one of the two languages cannot say in full."""
    found = []
    for code, words in codes.items():
        if not words.en.strip() or not words.vi.strip() or words.en == words.vi:
            found.append(f"{code} is not said in both languages")
        if blanks(words.en) != blanks(words.vi):
            found.append(f"{code} tells one language more than the other")
    return found


def blanks(text: str) -> set[str]:
    """Return the names of the blanks that details fill in a message."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}
