"""When a tier's next refresh is due: turns that stand still on the real clock, whatever starts and stops."""

from collections.abc import Mapping

from busyhour.domain.periods import Tier

__all__ = ["due_tiers"]


def due_tiers(refreshed_at: Mapping[Tier, int | None], seconds: Mapping[Tier, int], real_now: float) -> list[Tier]:
    """The tiers to refresh now; `refreshed_at` in ms of the real clock, a turn's length and `real_now` in seconds.

    A tier is due in every turn but the one in which it was refreshed. Both are due where the historical one is:
    reports of today never show less than those of past days.
    """
    due = [tier for tier in Tier if not _is_of_this_turn(refreshed_at[tier], seconds[tier], real_now)]
    return list(Tier) if Tier.HISTORICAL in due else due


def _is_of_this_turn(refreshed_at: int | None, seconds: int, real_now: float) -> bool:
    # A refresh of a later turn is of a clock that was set back since: it must not hold up all turns until then.
    return refreshed_at is not None and refreshed_at // 1000 // seconds == real_now // seconds
