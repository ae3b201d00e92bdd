"""Every column of every report has a sentence, and the dictionary in docs/ is the one that the declarations give."""

from pathlib import Path

import pytest

from busyhour.reports.dictionary import markdown, pages
from busyhour.reports.registry import DIMENSIONS, FORMS

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "dictionary.md"


@pytest.mark.parametrize(
    "form",
    [*FORMS.values(), *DIMENSIONS.values()],
    ids=lambda form: f"{form.stat_type}-{form.export_type}-{form.by or form.group_by}",
)
def test_every_column_has_a_sentence(form: object) -> None:
    for column in [*form.columns, *(form.center_columns or ())]:  # type: ignore[attr-defined]
        assert column.definition.endswith("."), column.name
        assert len(column.definition.split()) >= 2, column.name


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == markdown() + "\n", "run: busyhour dictionary > docs/dictionary.md"


def test_every_form_has_a_page() -> None:
    assert len(FORMS) == 16
    titles = [page.title for page in pages()]
    assert len(titles) == len(set(titles)) == len(FORMS) + len(DIMENSIONS)
    assert "calls × stats, by weekday_hour" in titles
