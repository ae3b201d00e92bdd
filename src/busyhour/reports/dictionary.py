"""The dictionary: every column explained, out of the declarations that compute it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from busyhour.reports.model import Column, Form, Shape
from busyhour.reports.registry import DIMENSIONS, FORMS

__all__ = ["Entry", "Page", "markdown", "pages"]

_SURE = {
    "captured": "seen in the vendor's own output",
    "documented": "as the vendor documents it, or as others relay it",
    "ours": "our own: nothing is published",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said of one column."""

    name: str
    unit: str
    definition: str
    formula: str
    divided_by: str
    zero: str
    sure: str


@dataclass(frozen=True, slots=True)
class Page:
    """What is said of one report form; `name` tells it from the others of its stat type."""

    title: str
    stat_type: str
    name: str
    rows: str
    columns: Sequence[Entry]


def pages() -> list[Page]:
    """Every report form, the two widths of a form as one: a center's columns hold all of the others'."""
    return [_page(form) for form in (*FORMS.values(), *DIMENSIONS.values())]


def _page(form: Form) -> Page:
    grouping = f", by {form.by.value}" if form.by else f", group_by {form.group_by}" if form.group_by else ""
    return Page(
        f"{form.stat_type} × {form.export_type}{grouping}",
        form.stat_type,
        f"{form.export_type}{grouping}",
        f"{form.rows_are}; {form.scoping.value}.",
        [_entry(column, form) for column in _all_columns(form)],
    )


def _all_columns(form: Form) -> Iterator[Column]:
    """The form's columns in order, then those that only a center's report has or lacks."""
    wider = form.center_columns or form.columns
    yield from wider
    names = {column.name for column in wider}
    yield from (column for column in form.columns if column.name not in names)


def _entry(column: Column, form: Form) -> Entry:
    return Entry(
        column.name,
        column.unit.value,
        column.definition,
        _formula(column),
        f"records where {column.divided_by}" if column.divided_by else "",
        _zero(column, form),
        _SURE[column.source],
    )


def _formula(column: Column) -> str:
    return " ".join(column.sql.split())


def _zero(column: Column, form: Form) -> str:
    if not column.unit.is_figure:
        return "empty where nothing is known"
    if form.export_type == "records" or form.shape is Shape.BY_INTERVAL:
        return "empty where the record does not say"
    if column.divided_by:
        return "0 where there is nothing to divide by"
    return "0 where there are no such records"


def markdown() -> str:
    """The dictionary as a document."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Dictionary"
    yield ""
    yield "Every column of every report: its unit, what it says, and the expression that computes it. This page is"
    yield "generated from the declarations (`busyhour dictionary`), so it cannot differ from what is computed."
    yield ""
    yield "Durations are minutes, rounded once, half away from zero, over exact microseconds. In formulas `us(x)` is"
    yield "an instant in µs, `round_div(a, b)` divides and rounds, `has_token(categories, 't')` asks whether a leg"
    yield "bears a word, `distinct_tokens(x)` counts different ones. In a center's rows by user, `abandoned` is 0 by"
    yield "definition: nobody was rung."
    yield ""
    yield "The forms titled `by …` are this server's own: `busyhour report --by …` makes them, and the Stats API"
    yield "does not know them. Every hour, weekday and stretch of waiting time has its row, be it of zeros."
    for page in pages():
        yield from ("", f"## {page.title}", "", page.rows, "")
        yield "| column | unit | what it says | formula | divided by | when there is nothing | how sure |"
        yield "|---|---|---|---|---|---|---|"
        for entry in page.columns:
            cells = (
                f"`{entry.name}`", entry.unit, entry.definition, f"`{entry.formula}`", entry.divided_by, entry.zero,
                entry.sure,
            )  # fmt: skip
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""
