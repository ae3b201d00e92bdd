"""What group legs and their agent legs must say of each other, where all legs of their calls are at hand."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from truth.records import Record

__all__ = ["wrong_links"]

_HALF = Decimal("0.005")


def wrong_links(records: Sequence[Record], *, imported: bool) -> Iterator[tuple[Record, str]]:
    """Agent legs without their group leg or at odds with it; sums of group legs that are not their agents'."""
    by_id = {leg.call_id: leg for leg in records}
    agents: dict[str, list[Record]] = {}
    for leg in records:
        if leg.is_agent_leg:
            agents.setdefault(leg.entry_point_call_id, []).append(leg)
            yield from ((leg, fault) for fault in _wrong_agent(leg, by_id.get(leg.entry_point_call_id)))
    if imported:
        return
    for leg in records:
        if leg.is_group_leg:
            yield from ((leg, fault) for fault in _wrong_group(leg, agents.get(leg.call_id, [])))


def _wrong_agent(leg: Record, group: Record | None) -> Iterator[str]:
    if group is None or not group.is_group_leg:
        yield f"entry_point_call_id {leg.entry_point_call_id} is no group leg of these records"
        return
    same = {
        "entry_point_target_id": (leg.entry_point_target_id, group.target_id),
        "entry_point_target_kind": (leg.entry_point_target_kind, group.target_kind),
        "office_id": (leg.office_id, group.office_id),
        "direction": (leg.direction, group.direction),
    }
    for name, (own, of_group) in same.items():
        if own != of_group:
            yield f"{name}: expected the group leg's {of_group!r}, got {own!r}"


def _wrong_group(group: Record, agents: Sequence[Record]) -> Iterator[str]:
    """A payload's own talk and hold times win over the sums, so that only the others can be tested."""
    if group.ringing_occurrences != len(agents):
        yield f"ringing_occurrences {group.ringing_occurrences} with {len(agents)} agent legs"
    allowance = _HALF * (len(agents) + 1)
    wrapup = sum((leg.wrapup_duration for leg in agents), Decimal(0))
    if abs(group.wrapup_duration - wrapup) > allowance:
        yield f"wrapup_duration {group.wrapup_duration}, its agents' sum {wrapup}"
    rings = [leg.ringing_duration for leg in agents]
    if group.ringing_duration > sum(rings, Decimal(0)) + allowance:
        yield f"ringing_duration {group.ringing_duration} is more than its agents rang, {sum(rings)}"
    if group.ringing_duration < max(rings, default=Decimal(0)) - 2 * _HALF:
        yield f"ringing_duration {group.ringing_duration} is less than one agent rang, {max(rings)}"
