"""The cluster that large reports run on: whether it answers, and whether it is of the version that its client is of."""

from collections.abc import Iterator

from busyhour.engine.distributed import spark_versions
from busyhour.errors import Unavailable
from busyhour.examining.finding import Finding, ok, problem, warning

__all__ = ["examine_spark"]


def examine_spark(url: str) -> Iterator[Finding]:
    """What a Connect server says of itself; raises BadRequest without its client."""
    try:
        server, client = spark_versions(url)
    except Unavailable as error:
        yield problem("spark", f"{error.cause}; is it running, and is BUSYHOUR_ENGINE right?")
        return
    told = f"Spark {server} at {url.partition(';')[0]}"
    if server == client:
        yield ok("spark", told)
    else:
        yield warning("spark", f"{told}, but its client here is of {client}; install the same version on both sides")
