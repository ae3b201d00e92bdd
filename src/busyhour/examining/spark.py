"""The cluster that large reports run on: whether it answers, and whether it is of the version that its client is of."""

from collections.abc import Iterator

from busyhour.engine.distributed import spark_versions
from busyhour.examining.finding import Finding, ok, warning

__all__ = ["examine_spark"]


def examine_spark(url: str) -> Iterator[Finding]:
    """What a Connect server says of itself; raises BadRequest without its client, Unavailable where it is silent."""
    server, client = spark_versions(url)
    told = f"Spark {server} at {url.partition(';')[0]}"
    if server == client:
        yield ok("spark", told)
    else:
        yield warning("spark", f"{told}, but its client here is of {client}; install the same version on both sides")
