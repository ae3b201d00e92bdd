"""Local time in SQL: the offsets of a zone as a CASE over instants in µs, from the pinned tz database."""

from collections.abc import Sequence

from busyhour.domain.periods import Segment, segments

__all__ = ["local_micros", "segments_between"]


def segments_between(timezone: str, start: int, stop: int) -> Sequence[Segment]:
    """The segments that cover the instants from `start` until `stop` (µs), at least one."""
    known = segments(timezone)
    first = max((n for n, segment in enumerate(known) if segment.start <= start), default=0)
    return [segment for n, segment in enumerate(known) if n == first or (n > first and segment.start < stop)]


def local_micros(instant: str, parts: Sequence[Segment]) -> str:
    """SQL for the local clock of an instant, both in µs; the first and last offsets hold beyond the segments."""
    *earlier, last = parts
    if not earlier:
        return f"({instant} + {last.offset})"
    # TRICKY: without the first branch every row that has no such instant is tried against every segment.
    branches = [
        f"WHEN {instant} IS NULL THEN NULL",
        f"WHEN {instant} >= {last.start} THEN {instant} + {last.offset}",
    ]
    branches += [
        f"WHEN {instant} < {following.start} THEN {instant} + {segment.offset}"
        for segment, following in zip(earlier, parts[1:], strict=True)
    ]
    return f"CASE {' '.join(branches)} END"
