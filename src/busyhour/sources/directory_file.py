"""A directory file of either form, told apart by its name, else by its first line."""

from pathlib import Path

from busyhour.domain.drafts import Sheet
from busyhour.sources.directory_csv import is_header, read_csv
from busyhour.sources.directory_yaml import read_yaml
from busyhour.sources.text import lines, open_bytes

__all__ = ["read_directory"]

_CSV = (".csv", ".tsv")
_YAML = (".yaml", ".yml", ".json")


def read_directory(path: Path, company: str) -> Sheet:
    """What a file says of that company; raises UnreadableFile that names every line which cannot be taken."""
    is_csv = _is_csv(path)
    with open_bytes(path) as file:
        return read_csv(file) if is_csv else read_yaml(file, company)


def _is_csv(path: Path) -> bool:
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(_CSV + _YAML):
        return name.endswith(_CSV)
    with open_bytes(path) as file:
        return is_header(next(lines(file))[1])
