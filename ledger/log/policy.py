"""Which logs to believe and how many witnesses must agree, as c2sp.org/tlog-policy.

```text
log example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx
witness W1 witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN
group operators any W1
quorum operators
```

Names mean something only inside the file; each is defined before it is used. No key stands in it
twice: one witness under two names would be two votes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ledger.errors import MalformedError
from ledger.log import encoding, note
from ledger.log.checkpoint import open_cosignatures
from ledger.log.note import NoteKey, format_vkey, parse_vkey

NONE = "none"
POLICY_LENGTH_MAX = 1_000_000

_ALLOWED = re.compile(r"[\t\n\x20-\x7e\x80-\U0010ffff]*")


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses and smaller groups of which ``threshold`` must agree, 1 to all of them."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The logs to believe, and the witnesses whose agreement makes a quorum."""

    logs: tuple[NoteKey, ...]
    witnesses: Mapping[str, NoteKey] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE
    urls: Mapping[str, str] = field(default_factory=dict)
    """Where to reach a log or witness, by its verifier key."""

    def is_met_by(self, names: Collection[str]) -> bool:
        """Whether the witnesses of these names make a quorum."""
        return self.quorum == NONE or self._agrees(self.quorum, names)

    def witnesses_of(self, signed: str) -> frozenset[str]:
        """Return the names of the witnesses that cosigned; a bad line by one of them raises."""
        times = open_cosignatures(signed, self.witnesses.values())
        return frozenset(name for name, key in self.witnesses.items() if key in times)

    def _agrees(self, name: str, names: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in names
        return sum(self._agrees(member, names) for member in group.members) >= group.threshold


def format_policy(policy: Policy) -> str:
    """Return the policy as a file, without comments."""
    lines = [_line("log", format_vkey(key), policy.urls) for key in policy.logs]
    for name, key in policy.witnesses.items():
        lines.append(_line(f"witness {name}", format_vkey(key), policy.urls))
    for name, group in policy.groups.items():
        lines.append(f"group {name} {group.threshold} {' '.join(group.members)}")
    return "\n".join([*lines, f"quorum {policy.quorum}"]) + "\n"


def parse_policy(text: str) -> Policy:
    """Return what a policy file says, or refuse it."""
    if len(text) > POLICY_LENGTH_MAX:
        raise MalformedError("oversized", length=len(text), limit=POLICY_LENGTH_MAX)
    if not _ALLOWED.fullmatch(text):
        raise MalformedError("malformed", what="policy with odd characters")
    reader = _Reader()
    for line in text.split("\n"):
        fields = [part for part in re.split(r"[ \t]+", line) if part]
        if fields and not fields[0].startswith("#"):
            reader.read(fields)
    if reader.quorum is None:
        raise MalformedError("malformed", what="policy without a quorum")
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum, reader.urls)


class _Reader:
    """What the lines read so far have defined."""

    def __init__(self) -> None:
        self.logs: list[NoteKey] = []
        self.witnesses: dict[str, NoteKey] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self.urls: dict[str, str] = {}
        self._raw: set[bytes] = set()
        self._grouped: set[str] = set()

    def read(self, fields: list[str]) -> None:
        match fields:
            case ["log", vkey, *url] if len(url) <= 1:
                self.logs.append(self._key(vkey, url, note.COSIGNATURE))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._define(name)
                self.witnesses[name] = self._key(vkey, url, note.ED25519)
            case ["group", name, threshold, *members] if members:
                self._define(name)
                self._join(members)
                self.groups[name] = Group(_threshold(threshold, len(members)), tuple(members))
            case ["quorum", name] if self.quorum is None:
                if name != NONE:
                    self._check_known([name])
                self.quorum = name
            case _:
                raise MalformedError("malformed", what=f"policy line {fields[0][:20]}")

    def _key(self, vkey: str, url: list[str], unfit: int) -> NoteKey:
        key = parse_vkey(vkey)
        if key.raw in self._raw or key.type == unfit:
            raise MalformedError("malformed", what="policy with a key twice or out of place")
        self._raw.add(key.raw)
        if url:
            self.urls[vkey] = url[0]
        return key

    def _define(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise MalformedError("malformed", what="policy with a name twice")

    def _join(self, members: list[str]) -> None:
        self._check_known(members)
        if len(set(members)) != len(members) or not self._grouped.isdisjoint(members):
            raise MalformedError("malformed", what="policy with a name in two groups")
        self._grouped.update(members)

    def _check_known(self, names: Iterable[str]) -> None:
        if any(name not in self.witnesses and name not in self.groups for name in names):
            raise MalformedError("malformed", what="policy with a name nobody has defined")


def _threshold(text: str, count: int) -> int:
    threshold = {"any": 1, "all": count}.get(text)
    threshold = encoding.parse_count(text) if threshold is None else threshold
    if not 1 <= threshold <= count:
        raise MalformedError("malformed", what="policy with an impossible threshold")
    return threshold


def _line(start: str, vkey: str, urls: Mapping[str, str]) -> str:
    return " ".join([start, vkey, *([urls[vkey]] if vkey in urls else [])])
