"""What a leg's category and its tokens must say together, and of the times."""

from collections.abc import Iterator

from truth.records import Record

__all__ = ["wrong_outcome", "wrong_tokens"]

_CATEGORIES = {
    "inbound": ("callback_requested", "incoming", "forwarded", "missed", "other", "abandoned"),
    "outbound": ("callback_connected", "callback_cancelled", "other", "outgoing", "cancelled"),
}
_TOKENS = frozenset(
    (
        "inbound", "outbound", "answered", "unanswered", "missed", "abandoned", "cancelled", "outbound_connected",
        "human_agent", "user_initiated", "ring_no_answer", "rejected",
        "voicemail", "direct_to_voicemail", "in_queue_voicemail", "dtmf_voicemail", "transfer_voicemail",
        "spam", "message", "transferred_to", "transferred_in", "dtmf_transfer", "auto_transfer", "router_transfer",
        "forward_transfer", "scripted_ivr_transfer",
        "callback_requested", "callback_attempt", "callback_connected", "callback_cancelled",
        "callback_agent_missed_rejected", "direct_callback_agent_missed_rejected", "direct_callback_cancelled",
    )
)  # fmt: skip
_TOKEN_OF = {
    "incoming": "answered",
    "missed": "missed",
    "abandoned": "abandoned",
    "cancelled": "cancelled",
    "outgoing": "outbound_connected",
    "callback_requested": "callback_requested",
    "callback_connected": "callback_connected",
    "callback_cancelled": "callback_cancelled",
}
_VOICEMAILS = frozenset(("direct_to_voicemail", "in_queue_voicemail", "dtmf_voicemail", "transfer_voicemail"))
_CONNECTED = ("incoming", "outgoing", "callback_connected")
_NOT_CONNECTED = ("missed", "abandoned", "cancelled", "callback_cancelled")


def wrong_tokens(leg: Record) -> Iterator[str]:
    """What is wrong in `categories`: their form, and what they say against `category` and `direction`."""
    tokens = leg.categories.split(",")
    if tokens != sorted(set(tokens)):
        yield f"categories not sorted and distinct: {leg.categories}"
    if leg.tokens - _TOKENS:
        yield f"unknown tokens: {','.join(sorted(leg.tokens - _TOKENS))}"
    if leg.tokens & {"inbound", "outbound"} != {leg.direction}:
        yield f"categories {leg.categories} of an {leg.direction} leg"
    if _TOKEN_OF.get(leg.category, leg.direction) not in leg.tokens:
        yield f"category {leg.category} without its token in {leg.categories}"
    if {"answered", "unanswered"} <= leg.tokens:
        yield "answered and unanswered"
    if (leg.voicemail or leg.tokens & _VOICEMAILS) and "voicemail" not in leg.tokens:
        yield f"a voicemail without its token in {leg.categories}"


def wrong_outcome(leg: Record) -> Iterator[str]:
    """Where the category is not of the direction, or not what the times tell."""
    if leg.category not in _CATEGORIES.get(leg.direction, ()):
        yield f"category {leg.category} of an {leg.direction} leg"
    if leg.direction == "outbound" and leg.category == "other" and "callback_attempt" not in leg.tokens:
        yield "an outbound leg of category other that is no callback attempt"
    if leg.direction == "inbound" and "callback_attempt" in leg.tokens:
        yield "a callback attempt on an inbound leg"
    if leg.category in _CONNECTED and leg.date_connected is None and leg.date_callback_connected is None:
        yield f"category {leg.category} without date_connected"
    if leg.category in _NOT_CONNECTED and leg.date_connected is not None:
        yield f"category {leg.category} with date_connected"
    yield from _wrong_ring(leg)


def _wrong_ring(leg: Record) -> Iterator[str]:
    rang = bool(leg.date_first_rang or leg.date_rang or leg.ringing_occurrences)
    if leg.category == "missed" and not rang:
        yield "missed, but it rang nobody"
    if leg.category == "abandoned" and (rang or leg.is_agent_leg):
        yield "abandoned, but it rang somebody"
