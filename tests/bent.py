"""JSON bent in one place: what a careless or hostile program might send instead."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            " ",
            "\u0000",
            "Lu\u0301a",
            "2026-02-31",
            "२०२६-०३-०१",
            "did:web:demo.rice.example:actors:may",
            "https://id.gs1.org/01/09521234000105/10/L1",
            1,
            0,
            -1,
            0.001,
            1e300,
            "9" * 400,
            [],
            {},
            [[]],
        ]
    ),
)


def bent_json(value: Any, data: st.DataObject) -> Any:  # noqa: ANN401  (any JSON value)
    """Return the value with one member left out, doubled, renamed or replaced, anywhere in it."""
    places = list(_places(value))
    holder, name = data.draw(st.sampled_from(places))
    how = data.draw(st.sampled_from(["replace", "replace", "leave out", "double", "rename"]))
    if how == "replace":
        holder[name] = data.draw(ODD)
    elif how == "leave out":
        del holder[name]
    elif how == "double":
        holder[name] = [holder[name], holder[name]]
    elif isinstance(holder, dict):
        holder[data.draw(st.text(max_size=8))] = holder.pop(name)
    return value


def _places(value: Any) -> Any:  # noqa: ANN401  (any JSON value)
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for name, member in list(pairs):
        yield value, name
        if isinstance(member, dict | list) and member:
            yield from _places(member)
