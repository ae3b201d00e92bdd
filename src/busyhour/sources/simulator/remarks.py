"""What is said of calls beside how they went: campaigns, a sales program's activities, shares of talk, anonymity."""

from collections.abc import Sequence

from busyhour.sources.simulator.calls import Call
from busyhour.sources.simulator.chance import DAY, Chance

__all__ = ["remark"]

_ANALYZED = 0.45
_OWN_ANALYZED = 0.15
_FOR_CAMPAIGN = 0.7
_LOGGED = 0.2
_ANONYMIZED = 0.003
_ANONYMIZED_AFTER = (1, 20)


def remark(calls: Sequence[Call], chance: Chance) -> None:
    """Put these remarks on a day's calls."""
    for call in calls:
        if call.caller is None:
            continue
        if call.line and call.line.plan.campaigns and call.direction == "outbound" and chance.happens(_FOR_CAMPAIGN):
            call.campaign = chance.one_of(call.line.plan.campaigns)
        if call.connected is not None:
            _remark_on_talk(call, chance)
        if chance.happens(_ANONYMIZED):
            call.anonymized = call.ended + chance.whole(*_ANONYMIZED_AFTER) * DAY


def _remark_on_talk(call: Call, chance: Chance) -> None:
    of_center = call.line is not None and call.line.is_call_center
    if chance.happens(_ANALYZED if of_center else _OWN_ANALYZED):
        silent = chance.whole(20, 250)
        talks = chance.whole(250, 700) * (1_000 - silent) // 1_000
        call.ai_shares = (talks, 1_000 - silent - talks, silent)
    if of_center and chance.happens(_LOGGED):
        call.activity = f"00T{chance.whole(10**11, 10**12 - 1)}AAA"
