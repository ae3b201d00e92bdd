"""In the simulated company every column of every form says something somewhere, save those that have no source."""

import pytest

from busyhour.domain.directory import Kind
from busyhour.reports.registry import FORMS
from houses import report_rows
from worlds import World, simulated_world

NO_SOURCE = {
    "forwarded": "imported rows only",
    "avg_voicemail_assignment_time_minutes": "nothing says when a message was assigned",
    "encrypted_text": "no text is kept outside the raw event",
    "encrypted_aes_text": "no text is kept outside the raw event",
}
NOT_IN = {
    ("calls", "user", None): {"in_queue_voicemail"},  # a person has no queue
    ("calls", "user", Kind.CALL_CENTER): {
        # These belong to group legs and personal legs; this form has agent legs.
        "voicemails", "abandoned", "internal_calls", "message", "spam", "in_queue_voicemail", "dtmf_voicemail",
        "direct_to_voicemail", "transfer_voicemail", "dtmf_transfer", "auto_transfer", "router_transfer",
        "forward_transfer", "queued_duration", "avg_queued_duration", "callbacks_cancelled",
    },
    ("csat", None, Kind.CALL_CENTER): {"email"},  # the target is a line
    ("onduty", None, None): {"call_center_id", "call_center_name"},  # of a center's form alone
}  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return simulated_world(tmp_path_factory.mktemp("columns"), days=14)


@pytest.mark.parametrize(
    "form", FORMS.values(), ids=lambda form: f"{form.stat_type}-{form.export_type}-{form.group_by}"
)
def test_every_column_says_something(world: World, form: object) -> None:
    stat_type, export_type, group_by = form.stat_type, form.export_type, form.group_by  # type: ignore[attr-defined]
    needs_target = stat_type in ("csat", "dispositions")
    kinds = (Kind.CALL_CENTER,) if needs_target else (None, Kind.CALL_CENTER) if _has_two_widths(form) else (None,)
    for kind in kinds:
        rows = []
        targets = [None] if kind is None else [entry.id for entry in world.entries(kind)]
        for target in targets:
            scope = {} if target is None else {"target_type": "callcenter", "target_id": target}
            asked = world.asked(stat_type, export_type=export_type, group_by=group_by, **scope)
            rows += report_rows(world.house, "Sim", **asked)
        silent = {name for name in rows[0] if all(row[name] in ("", "0", "false") for row in rows)}
        excused = set(NO_SOURCE)
        if export_type == "stats" or needs_target:
            excused |= NOT_IN.get((stat_type, group_by, kind), set())
        assert silent <= excused, (kind, silent - excused)


def _has_two_widths(form: object) -> bool:
    return form.center_columns is not None or form.stat_type == "onduty"  # type: ignore[attr-defined]
