"""The distributed engine where it is set up: what it needs is an extra, which nobody else has to have."""

from importlib.util import find_spec

from busyhour.engine.base import Engine
from busyhour.engine.duckdb import DuckDBEngine
from busyhour.errors import BadRequest

__all__ = ["new_spark_engine", "require_spark", "spark_versions"]


def require_spark() -> None:
    """Raise BadRequest where the extra is not installed."""
    if find_spec("pyspark") is None:
        raise BadRequest("BUSYHOUR_ENGINE: a Spark cluster needs the extra: pip install 'busyhour[spark]'.")


def new_spark_engine(url: str, writer: DuckDBEngine, *, reads_objects: bool) -> Engine:
    """An engine over a Connect server; see SparkEngine. Raises BadRequest without the extra."""
    require_spark()
    # Imported where it is wanted: it takes a second to load.
    from busyhour.engine.spark import SparkEngine  # noqa: PLC0415

    return SparkEngine(url, writer, reads_objects=reads_objects)


def spark_versions(url: str) -> tuple[str, str]:
    """What a Connect server is of, and what its client here is of; raises BadRequest, Unavailable."""
    require_spark()
    from busyhour.engine.spark import versions  # noqa: PLC0415

    return versions(url)
