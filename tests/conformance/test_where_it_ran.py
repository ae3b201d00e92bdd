"""That what is said to hold on a cluster was computed there."""

import pytest

from conformance.conftest import ON_CLUSTER, Served
from conformance.test_sdk import fetched


@pytest.mark.cluster
def test_a_report_runs_on_spark(served: Served) -> None:
    assert ON_CLUSTER, "run it by `make cluster`"
    assert served.spark is not None
    before = served.spark.newest_job()
    frame = fetched(served, stat_type="calls", export_type="stats", group_by="user", days_ago_end=27)
    assert len(frame) > 10
    assert served.spark.ran_after(before)
