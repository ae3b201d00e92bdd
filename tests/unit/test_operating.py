"""docs/operating.md says what the code declares."""

from pathlib import Path

from busyhour.metrics import DECLARED
from busyhour.settings import Settings

DOCUMENT = (Path(__file__).parent.parent.parent / "docs" / "operating.md").read_text(encoding="utf-8")


def _table(of: str) -> list[list[str]]:
    """The rows of the table whose first column has that name."""
    rows = DOCUMENT.partition(f"\n| {of} |")[2].partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in row[1:-1].split("|")] for row in rows[2:]]


def test_every_setting_with_its_default_and_sentence() -> None:
    declared = [
        [f"`{name}`", "" if field.default is None else str(field.default), field.description]
        for name, field in Settings.model_fields.items()
    ]
    assert _table("setting") == declared


def test_every_metric_with_its_kind_labels_and_sentence() -> None:
    declared = [
        [f"`{one.name}`", one.kind, "; ".join(_label(*label) for label in one.labels.items()), one.sentence]
        for one in DECLARED
    ]
    assert _table("metric") == declared


def _label(name: str, values: tuple[str, ...]) -> str:
    return f"`{name}`: {', '.join(values)}" if values else f"`{name}`"
