"""Labels: written out, and no two columns of a table by one label."""

import pytest

from busyhour.reports.labels import label_of
from busyhour.reports.registry import DIMENSIONS, FORMS


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("asa", "Average speed of answer"),
        ("aht", "Average handle time"),
        ("acd", "Average call duration"),
        ("all_calls", "All calls"),
        ("user_id", "User ID"),
        ("avg_wrapup_duration", "Average wrap-up duration"),
        ("percent_ai_talk_time", "Percent AI talk time"),
        ("answered_percent", "Answered %"),
    ],
)
def test_a_label(name: str, label: str) -> None:
    assert label_of(name) == label


@pytest.mark.parametrize("form", [*FORMS.values(), *DIMENSIONS.values()], ids=lambda form: form.stat_type)
def test_no_two_columns_have_one_label(form: object) -> None:
    for columns in (form.columns, form.center_columns or ()):
        labels = [label_of(column.name) for column in columns]
        assert len(set(labels)) == len(labels)
