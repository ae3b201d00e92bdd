"""The tokens that describe a leg's outcome, and the one category that follows from them."""

from busyhour.sources.values import NotUnderstood, text

__all__ = ["category_of", "tokens"]

_OTHERWISE_LEFT = {"spam", "message", "voicemail", "transferred_to"}
"""How an inbound call can end without a ring and yet not be abandoned."""

_INBOUND = (
    ("callback_requested", "callback_requested"),
    ("answered", "incoming"),
    ("missed", "missed"),
    ("ring_no_answer", "missed"),
    ("rejected", "missed"),
)
_OUTBOUND = (
    ("callback_connected", "callback_connected"),
    ("callback_cancelled", "callback_cancelled"),
    ("callback_attempt", "other"),
    ("outbound_connected", "outgoing"),
    ("cancelled", "cancelled"),
)


def tokens(name: str, value: object) -> str | None:
    """A list or comma-joined text of tokens, sorted, each once; None where it holds none."""
    parts = value if isinstance(value, list) else text(name, value).split(",")
    if any("," in text(name, part) for part in parts):
        raise NotUnderstood.of(name, "a list of tokens", value)
    return ",".join(sorted({text(name, part) for part in parts} - {""})) or None


def category_of(categories: str, direction: str, did_ring: bool) -> str | None:
    """The first category that holds by the tokens, or None where they leave it to the leg's times."""
    found = set(categories.split(","))
    for token, category in _INBOUND if direction == "inbound" else _OUTBOUND:
        if token in found:
            return category
    if direction == "outbound" or did_ring:
        return None
    if found & _OTHERWISE_LEFT or any(token.endswith("_transfer") for token in found):
        return "other"
    return "abandoned" if "abandoned" in found else None
