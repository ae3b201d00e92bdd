"""Every source that a file can be imported from, by its name."""

from collections.abc import Mapping
from types import MappingProxyType

from busyhour.sources import anonymous_bank, dialpad, records_csv, things_csv
from busyhour.sources.base import Source

__all__ = ["SOURCES"]

SOURCES: Mapping[str, Source] = MappingProxyType(
    {source.name: source for source in (anonymous_bank.SOURCE, records_csv.SOURCE, *things_csv.SOURCES, dialpad.SOURCE)}
)
