"""What a command's exit status says, in one table that the documents repeat."""

from __future__ import annotations

from enum import IntEnum

from ledger.errors import (
    ConflictError,
    CorruptedError,
    LedgerError,
    MalformedError,
    NotFoundError,
)


class Exit(IntEnum):
    """The exit statuses; 2 is the command line's own."""

    DONE = 0
    NO = 1
    USAGE = 2
    CANNOT_TELL = 3
    ABSENT = 4
    UNREADABLE = 5
    TAKEN = 6
    DAMAGED = 7


MEANINGS: dict[Exit, str] = {
    Exit.DONE: "Done. Of `verify`: the record is sound. Of `audit`: nothing was found. Of"
    " `credential`: signed by a key that you gave, and in force. Of `verify-offline`: issued, as a"
    " file says that is not too old.",
    Exit.NO: "The answer is no: a statement, key or passphrase was refused, the bag's record is"
    " not sound or carries a warning, a code is mistyped or not in the lot, the audit found"
    " something, or a certificate does not stand or is not in force.",
    Exit.USAGE: "The command line was not understood.",
    Exit.CANNOT_TELL: "`verify`, `verify-offline` or `credential` cannot tell: something needed for"
    " the check is missing, or the lot file is too old. `audit` cannot: statements were withheld,"
    " or papers were missing, and nothing else was found.",
    Exit.ABSENT: "A file, key, ledger, lot or code is not there, a file cannot be opened, or a"
    " ledger at an address does not answer.",
    Exit.UNREADABLE: "Something is there and cannot be read as what it should be.",
    Exit.TAKEN: "Something is there already, or somebody else was first. Nothing was replaced.",
    Exit.DAMAGED: "What is stored does not agree with what was signed. Stop and look into it.",
}

_OF_KIND: dict[type[LedgerError], Exit] = {
    NotFoundError: Exit.ABSENT,
    MalformedError: Exit.UNREADABLE,
    ConflictError: Exit.TAKEN,
    CorruptedError: Exit.DAMAGED,
}


def exit_of(refusal: LedgerError) -> Exit:
    """Return the exit status of a refusal; a plain no unless its kind says more."""
    if refusal.code == "ledger_unreachable":  # its class is one of the gateway's
        return Exit.ABSENT
    return next((code for kind, code in _OF_KIND.items() if isinstance(refusal, kind)), Exit.NO)
