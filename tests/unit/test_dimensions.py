"""A dimension in a request: kept when written down, and not a letter in the requests that have none."""

from dataclasses import replace
from datetime import date

import pytest

from busyhour.domain.dimensions import Dimension
from busyhour.domain.periods import Period, Tier
from busyhour.domain.requests import Request, Scope, request_from_json, request_key, request_to_json

PLAIN = Request(
    "calls", "stats", "date", Scope(), Period(date(2026, 3, 1), date(2026, 3, 9), "Asia/Tokyo"), Tier.HISTORICAL
)
WRITTEN = (
    '{"export_type":"stats","group_by":"date","period":{"first":"2026-03-01","last":"2026-03-09",'
    '"timezone":"Asia/Tokyo"},"scope":{"office_id":null,"target":null,"trainees":false},"stat_type":"calls",'
    '"tier":"HISTORICAL"}'
)


def test_a_request_without_one_is_written_as_ever() -> None:
    assert request_to_json(PLAIN) == WRITTEN
    assert request_from_json(WRITTEN) == PLAIN


@pytest.mark.parametrize("by", Dimension)
def test_a_request_with_one_comes_back_and_is_another(by: Dimension) -> None:
    request = replace(PLAIN, group_by=None, by=by)
    assert request_from_json(request_to_json(request)) == request
    others = [replace(PLAIN, by=other) for other in (None, *Dimension) if other is not by]
    keys = {request_key("1", other, 0) for other in others}
    assert request_key("1", replace(PLAIN, by=by), 0) not in keys
    assert len(keys) == len(Dimension)
