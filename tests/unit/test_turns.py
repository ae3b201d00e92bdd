"""When a refresh is due: turns of the real clock, which no start and no stop moves."""

import pytest

from busyhour.domain.periods import Tier
from busyhour.domain.turns import due_tiers

SECONDS = {Tier.REALTIME: 1_800, Tier.HISTORICAL: 14_400}
BOTH = [Tier.REALTIME, Tier.HISTORICAL]
REALTIME = [Tier.REALTIME]
START = 144_000_000
"""A second at which a turn of either tier begins: 10,000 historical ones after 1970."""


@pytest.mark.parametrize(
    ("realtime", "historical", "now", "due"),
    [
        # Never refreshed.
        (None, None, 0, BOTH),
        (None, 0, 1, REALTIME),
        (0, None, 1, BOTH),
        # Within a turn, to its last moment; and in the first of the next.
        (0, 0, 1, []),
        (0, 0, 1_799.999, []),
        (0, 0, 1_800, REALTIME),
        (1_799.999, 0, 1_800, REALTIME),
        (1_800, 0, 3_599.9, []),
        # The historical turn brings both up, also where the real-time one has just been.
        (12_700, 0, 14_399.9, []),
        (12_700, 0, 14_400, BOTH),
        (14_400, 0, 14_401, BOTH),
        # Turns missed while everything was stopped are caught up once, and the next is where it always was.
        (0, 0, 5 * 14_400 + 700, BOTH),
        (5 * 14_400 + 700, 5 * 14_400 + 700, 5 * 14_400 + 1_799, []),
        (5 * 14_400 + 700, 5 * 14_400 + 700, 5 * 14_400 + 1_800, REALTIME),
        # The clock was set back: a refresh of the future holds nothing up, in its own turn it counts.
        (7_200, 7_200, 3_600, REALTIME),
        (90_000, 90_000, 100, BOTH),
        (1_700, 1_700, 5, []),
    ],
)
def test_what_is_due(realtime: float | None, historical: float | None, now: float, due: list[Tier]) -> None:
    """Seconds after the start of a turn of both."""
    refreshed = {Tier.REALTIME: realtime, Tier.HISTORICAL: historical}
    in_ms = {tier: None if at is None else int((START + at) * 1_000) for tier, at in refreshed.items()}
    assert due_tiers(in_ms, SECONDS, START + now) == due


def test_one_refresh_a_turn_whenever_it_is_looked_at() -> None:
    """A day in steps of 7 s, stopped from 05:00 to 11:10: turns that lie wholly within are lost, all others are not.

    Those are the twelve half hours from 05:00 to 11:00, and no four hours: the turn of 08:00 is caught up at 11:10.
    """
    refreshed: dict[Tier, int | None] = dict.fromkeys(Tier)
    count = dict.fromkeys(Tier, 0)
    midnight = START // 86_400 * 86_400
    for second in range(0, 86_400, 7):
        if 5 * 3_600 <= second < 11 * 3_600 + 600:
            continue
        for tier in due_tiers(refreshed, SECONDS, midnight + second):
            refreshed[tier] = (midnight + second) * 1_000
            count[tier] += 1
    assert count == {Tier.REALTIME: 48 - 12, Tier.HISTORICAL: 6}
