"""The records behind a figure: for every count column of every form, exactly as many as the figure says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from busyhour.domain.dimensions import Dimension
from busyhour.errors import BadRequest
from busyhour.explaining import Explainer
from busyhour.reports.model import Column, Unit
from busyhour.reports.registry import DIMENSIONS, FORMS
from houses import company_of, report_rows
from worlds import World, simulated_world

STATS = [form for form in FORMS.values() if form.export_type == "stats"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return simulated_world(tmp_path_factory.mktemp("explained"), days=6)


def _behind(
    world: World, path: Path, fields: Mapping[str, Any], column: str, by: Dimension | None = None, **row: str | None
) -> int:
    explainer = Explainer(world.house.reception, world.house.maker())
    return explainer.explain(company_of(world.house, "Sim"), fields, column, row, path, by).rows


def _counts(columns: list[Column]) -> list[str]:
    """The count columns; participants are a sum, which has more than one for a record."""
    return [column.name for column in columns if column.unit is Unit.COUNT and column.name != "participants"]


@pytest.mark.parametrize("form", STATS, ids=lambda form: f"{form.stat_type}-{form.group_by}")
def test_as_many_records_as_the_figure_says(world: World, form: Any, tmp_path: Path) -> None:
    fields = world.asked(form.stat_type, export_type="stats", group_by=form.group_by)
    rows = report_rows(world.house, "Sim", **fields)
    for column in _counts([*form.columns]):
        total = sum(int(row[column]) for row in rows)
        assert _behind(world, tmp_path / column, fields, column) == total, column


@pytest.mark.parametrize("form", DIMENSIONS.values(), ids=lambda form: f"{form.stat_type}-{form.by.value}")
def test_as_many_records_as_a_dimensions_figure_says(world: World, form: Any, tmp_path: Path) -> None:
    fields = world.asked(form.stat_type, export_type="stats")
    rows = report_rows(world.house, "Sim", form.by, **fields)
    for column in _counts([*form.columns]):
        total = sum(int(row[column]) for row in rows)
        assert _behind(world, tmp_path / column, fields, column, form.by) == total, column


ROWS = {
    Dimension.HOUR: ("hour",),
    Dimension.WEEKDAY: ("weekday",),
    Dimension.WEEKDAY_HOUR: ("weekday", "hour"),
    Dimension.WAIT: ("wait_from", "wait_until"),
}


@pytest.mark.parametrize("by", ROWS)
def test_one_row_of_a_dimension(world: World, by: Dimension, tmp_path: Path) -> None:
    fields = world.asked(export_type="stats")
    rows = report_rows(world.house, "Sim", by, **fields)
    column = "abandoned" if by is Dimension.WAIT else "total_voicemails"
    for number, row in enumerate((max(rows, key=lambda row: int(row[column])), rows[0], rows[-1])):
        for name in (column, "answered"):
            named = {key: row[key] for key in ROWS[by]}
            assert _behind(world, tmp_path / f"{number}{name}", fields, name, by, **named) == int(row[name])


def test_one_weekday_of_all_hours(world: World, tmp_path: Path) -> None:
    fields = world.asked(export_type="stats")
    rows = report_rows(world.house, "Sim", Dimension.WEEKDAY_HOUR, **fields)
    answered = sum(int(row["answered"]) for row in rows if row["weekday"] == "tuesday")
    found = _behind(world, tmp_path / "a", fields, "answered", Dimension.WEEKDAY_HOUR, weekday="tuesday")
    assert found == answered > 0


@pytest.mark.parametrize(("by", "name"), [(Dimension.USER, "user_id"), (Dimension.GROUP, "group_id")])
def test_one_person_and_one_group_of_all_days(world: World, by: Dimension, name: str, tmp_path: Path) -> None:
    fields = world.asked(export_type="stats")
    rows = report_rows(world.house, "Sim", by, **fields)
    row = max(rows, key=lambda row: int(row["answered"]))
    for column in ("answered", "missed", "all_calls"):
        assert _behind(world, tmp_path / column, fields, column, by, **{name: row[name]}) == int(row[column])
    assert int(row["answered"]) > 0


def test_an_interval_has_nothing_behind_it(world: World, tmp_path: Path) -> None:
    fields = world.asked("onduty", export_type="stats")
    with pytest.raises(BadRequest, match="none, for this report has no figures"):
        _behind(world, tmp_path / "a", fields, "minutes", Dimension.INTERVAL)


def test_one_row_of_each_kind(world: World, tmp_path: Path) -> None:
    by_date = world.asked(export_type="stats", group_by="date")
    row = max(report_rows(world.house, "Sim", **by_date), key=lambda row: int(row["missed"]))
    assert _behind(world, tmp_path / "a", by_date, "missed", date=row["date"]) == int(row["missed"]) > 0
    by_user = world.asked(export_type="stats", group_by="user")
    row = max(report_rows(world.house, "Sim", **by_user), key=lambda row: int(row["answered"]))
    found = _behind(world, tmp_path / "b", by_user, "answered", date=row["date"], user=row["user_id"])
    assert found == int(row["answered"]) > 0


def test_what_is_no_figure_is_refused(world: World, tmp_path: Path) -> None:
    fields = world.asked(export_type="stats", group_by="date")
    with pytest.raises(BadRequest, match="column: got 'nonsense'; accepted: all_calls"):
        _behind(world, tmp_path / "c", fields, "nonsense")
    with pytest.raises(BadRequest, match="YYYY-MM-DD"):
        _behind(world, tmp_path / "d", fields, "missed", date="yesterday")
