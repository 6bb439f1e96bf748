"""The checking page as one file: all that judges a bag, with a reader's trust built in.

It asks nobody for anything: its content policy forbids every request, and no script but the one
whose digest it names. The same trust and the same source give the same bytes, so that whoever has
the file can look up its SHA-256 where it was published.
"""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined

from ledger.log.note import format_vkey
from ledger.proof.trust import read_trust
from web.bag_page import HEADLINE_ICONS
from web.catalogs import CATALOGS, LANGUAGES, judged_words
from web.static_files import READER_JUDGE, READER_SCRIPT, STATIC, STYLE
from web.words import Voice

_SPOKEN = (
    *("reader.", "compare.", "checks.", "result.", "state.", "custody.", "records."),
    *("limits.", "notice.", "papers.", "offline."),
)
_LOT_ICONS = {"issued": "paper", "not_in_lot": "search"}
"""Of headlines that only a lot file leads to; none may look like that of a verified record."""

_SPOKEN_TOO = frozenset({"site", "language", "moment", "list.comma"})


@lru_cache(maxsize=4)
def make_verifier(trust: bytes) -> bytes:
    """Return the checking page for a trust file; refuse what is none."""
    read = read_trust(trust)
    style, script, judge = (_text(name) for name in (STYLE, READER_SCRIPT, READER_JUDGE))
    templates = Environment(
        loader=PackageLoader("web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    html = templates.get_template("verify.html").render(
        policy=content_policy(),
        voices=[Voice(language) for language in LANGUAGES],
        style=style,
        script=script,
        judge=judge,
        given={"trust": trust.decode(), "icons": HEADLINE_ICONS | _LOT_ICONS, "words": _words()},
        log_keys=[format_vkey(key) for key in read.logs().logs],
        founding=read.founding,
    )
    return html.lstrip("\n").encode()


def paper_uri(digest: bytes) -> str:
    """Return the name under which a checking page of that SHA-256 is published."""
    return f"urn:rice:paper:VERIFIER-{digest.hex()[:16]}"


def content_policy() -> str:
    """Return what the page may do: run its own script and style, and a judge made of itself."""
    script, style = (_text(name) for name in (READER_SCRIPT, STYLE))
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "worker-src blob:; img-src data:; form-action 'none'; base-uri 'none'"
    )


def _words() -> dict[str, dict[str, str]]:
    return {
        language: {
            key: text
            for key, text in CATALOGS[language].items()
            if key.startswith(_SPOKEN) or key in _SPOKEN_TOO
        }
        | judged_words(language)
        for language in LANGUAGES
    }


def _text(name: str) -> str:
    """Return a file to be set between tags, which would end where it names their end."""
    text = STATIC[name].content.decode()
    assert not any(end in text.lower() for end in ("</script", "</style", "<!--")), name
    return text


def _digest(text: str) -> str:
    """Return how a content policy names a script (CSP 3, section 2.3.1)."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
