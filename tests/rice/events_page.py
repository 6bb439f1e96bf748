"""The page on events and acts, as the code has them; running this module writes it anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from inspect import getdoc
from pathlib import Path
from typing import get_args

from ledger.rice import acts, profile
from ledger.rice.case import Body
from ledger.rice.events import AnyEvent, Correction, Event
from ledger.rice.possession import roles_for
from ledger.rice.profile import SPELLINGS
from ledger.rice.rulebook import RULES
from tests.rice.sample_acts import ACTS
from tests.rice.sample_events import EVENTS

PAPER = Path(__file__).parents[2] / "docs" / "events.md"

WHO_ACTS = {
    "found": "every root key; entry 0",
    "change_settings": "root",
    "register_actor": "registrar, and each new key; root for registrars",
    "grant_role": "registrar; root for registrars; of accreditors the owner of the scheme",
    "end_role": "whoever grants it; of a scheme also an owner out of office",
    "enrol_key": "the actor's admin key for a device, with a registrar's for another admin key",
    "revoke_key": "the actor's admin key; registrar or root",
    "change_accreditation": "whoever gave it and is in office; the owner of the scheme",
    "recover_key": "root, and the new key",
    "reaffirm": "the actor's admin key",
    "snapshot_did": "the actor's admin key; registrar",
    "register_area": "authority of the commune",
    "change_area": "authority of the commune",
    "inspect_area": "authority of the commune",
    "sign_contract": "the selling cooperative and the buyer, together",
    "sign_baseline": "the area's cooperative and a verifier of the scheme, together",
    "present_paper": "any organisation",
    "enrol_household": "the cooperative that manages the area",
    "record_erasure": "anybody in office",
    "register_product": "mill, packer, exporter",
    "publish_scheme": "scheme owner",
    "apply": "the cooperative of the areas; for a mark packer or exporter",
    "decline_application": "the certifier that the application asks",
    "claim_reduction": "the cooperative that manages the area",
    "declare_relation": "one of the two; a registrar",
    "change_attestation": "whoever issued it",
    "issue_labels": "packer of the lot",
    "activate_labels": "packer of the lots",
    "void_labels": "packer of the lots",
    "mark_bags": "packer, holder or consignee of the lot",
    "hold": "maker or holder of the lot; authority of a commune it touches",
    "clear_hold": "whoever set the hold",
    "recall": "maker or holder of each lot; authority of a commune it touches",
}


HEAD = """# Events and acts

Every event and act there is, with an example payload, who may state it, and the rules that look at
it besides those for every statement ({rules}).

Records are in `ledger/rice/events.py` and `ledger/rice/acts.py`; what each rule says is in
`ledger/rice/refusals.py`. This page is written by `python -m tests.rice.events_page`, and a test
holds it to the code.
"""


def page() -> str:
    """Return the page: every event, then every act."""
    everybody = (rule.code for rule in RULES if rule.about == _all())
    parts = [
        HEAD.format(rules=_codes(everybody)),
        "## Events\n",
        *(_event(kind) for kind in get_args(AnyEvent)),
        "## Acts\n",
        *(_act(act) for act in ACTS),
    ]
    return "\n".join(parts)


def _event(kind: type[Event]) -> str:
    example = next(each for each in EVENTS if type(each) is kind)
    if kind is Correction:
        title, who = "error declaration", "whoever stated the wrong event"
    else:
        title = next(f"rice:{one.cte}" for one in SPELLINGS if one.record is kind)
        who = ", ".join(roles_for(kind))
    return _section(title, kind, who, profile.write_event(example))


def _act(act: acts.Act) -> str:
    title = str(type(act).__struct_config__.tag)
    return _section(title, type(act), WHO_ACTS[title], acts.write_act(act))


def _section(title: str, kind: type, who: str, payload: bytes) -> str:
    shown = json.dumps(json.loads(payload), ensure_ascii=False, indent=1, sort_keys=True)
    doc = (getdoc(kind) or "").replace("``", "`")
    rules = _codes(rule.code for rule in RULES if kind in rule.about and rule.about != _all())
    return (
        f"### {title}\n\n{doc}\n\n- Who: {who}.\n- Rules: {rules or 'no others'}.\n\n"
        f"```json\n{shown}\n```\n"
    )


def _all() -> frozenset[type[Body]]:
    return frozenset(get_args(Body))


def _codes(codes: Iterator[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


if __name__ == "__main__":
    PAPER.write_text(page(), encoding="utf-8")
