"""The vendor's own SDK, unchanged, against our server."""

import time

import pandas as pd
from dialpad import DialpadClient

from conformance.conftest import Served


def fetched(served: Served, **asked: object) -> pd.DataFrame:
    client = DialpadClient(token=served.key, base_url=served.url)
    started = client.stats.initiate_processing(asked)
    for _ in range(1200):
        result = client.stats.get_result(started["request_id"])
        if result["status"] != "processing":
            break
        time.sleep(0.1)
    assert result["status"] == "complete"
    assert result["file_type"] == "csv"
    return pd.read_csv(result["download_url"])


def test_stats_by_date(served: Served) -> None:
    frame = fetched(
        served, stat_type="calls", export_type="stats", group_by="date", days_ago_start=1, days_ago_end=28,
        timezone="Asia/Jerusalem",
    )  # fmt: skip
    assert len(frame) == 28
    assert frame["inbound_calls"].sum() == 33_066
    assert frame["answered"].sum() == 27_162


def test_records(served: Served) -> None:
    frame = fetched(served, stat_type="calls", export_type="records", days_ago_end=28, timezone="Asia/Jerusalem")
    assert len(frame.columns) == 54
    assert (frame["target_type"] == "call_center").sum() == 33_066
    started = pd.to_datetime(frame["date_started"])
    assert started.is_monotonic_increasing
    assert frame["call_id"].dtype == "int64"


def test_the_same_request_again_is_joined(served: Served) -> None:
    client = DialpadClient(token=served.key, base_url=served.url)
    asked = {"stat_type": "calls", "export_type": "stats", "days_ago_end": 3}
    first = client.stats.initiate_processing(asked)
    second = client.stats.initiate_processing(asked)
    assert first["request_id"] == second["request_id"]
    assert second["already_started"] is True
