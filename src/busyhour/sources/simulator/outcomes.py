"""The outcome of legs whose tokens no event of a telephone system carries: said whole, as an own source may."""

from dataclasses import dataclass

from busyhour.sources.simulator.calls import Call

__all__ = ["Fact", "outcome"]

_CALLBACKS = ("callback_connected", "callback_cancelled")


@dataclass(frozen=True, slots=True)
class Fact:
    """What of a leg decides its outcome beside what its call says."""

    rang: bool
    connected: bool


def outcome(call: Call, leg: Fact) -> dict[str, str]:
    """`category` and `categories` of a leg of a call that has such tokens; nothing for all others."""
    if not call.words:
        return {}
    if call.direction == "outbound":
        return _callback(call, leg)
    tokens = {*call.words, "inbound", "missed" if leg.rang else "abandoned", "unanswered"}
    if call.uploaded is not None:
        tokens.add("voicemail")
    if call.passed_to is not None:
        tokens.add("transferred_to")
    if call.origin is not None:
        tokens.add("transferred_in")
    return _said("missed" if leg.rang else "other", tokens)


def _callback(call: Call, leg: Fact) -> dict[str, str]:
    category = next((word for word in call.words if word in _CALLBACKS), "other")
    return _said(category, {*call.words, "outbound", *(["human_agent"] if leg.connected else [])})


def _said(category: str, tokens: set[str]) -> dict[str, str]:
    return {"category": category, "categories": ",".join(sorted(tokens))}
