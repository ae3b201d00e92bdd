"""Which records exports of everything but calls are refused, whole or by row, and what is said of them."""

import pytest

from busyhour.errors import UnreadableFile
from busyhour.sources.base import Refused
from file_samples import EXPORTS, read_export


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("csat_csv", "call_id, date, target_id, response, target_type or target_kind"),
        ("dispositions_csv", "call_id, date_started, target_id, disposition, target_type or target_kind"),
        ("onduty_csv", "record_id, on_duty_status, date, target_id, target_type or target_kind"),
        ("recordings_csv", "call_id, date, target_id, recording_url, duration"),
        ("screenshare_csv", "screenshare_id, date_started, target_id, target_type or target_kind"),
        ("texts_csv", "message_id, direction, date, target_id, target_type or target_kind"),
        ("voicemails_csv", "call_id, date, target_id, date_listened"),
    ],
)
def test_a_header_says_which_columns_it_lacks(source: str, missing: str) -> None:
    with pytest.raises(UnreadableFile) as error:
        read_export(source, "1,2", header="id;name")
    message = error.value.message
    assert message.startswith("Line 1 is not the header of a CSV of ")
    assert message.endswith(f": {missing} missing among its comma-separated column names, got 'id;name'.")


@pytest.mark.parametrize("source", EXPORTS)
def test_an_export_of_another_kind_is_told_by_its_header(source: str) -> None:
    for other, header in EXPORTS.items():
        if other == source:
            assert read_export(source, header=header) == []
        else:
            with pytest.raises(UnreadableFile, match="Line 1 is not the header"):
                read_export(source, header=header)
    with pytest.raises(UnreadableFile, match="Line 1 names a column more than once: target_id"):
        read_export(source, header=f"{EXPORTS[source]},target_id")


@pytest.mark.parametrize(
    ("source", "row", "reason", "came"),
    [
        ("csat_csv", "2026-03-02 10:00:00,,,,,5,,31,user,,,,,,,,,", "call_id: expected a value", "nothing"),
        ("csat_csv", "2026-03-02 10:00:00,5,,,,5,,,user,,,,,,,,,", "target_id: expected a value", "nothing"),
        ("voicemails_csv", "5,31,,,,,,,,,,,,", "date: expected a value", "nothing"),
        ("voicemails_csv", "5,31,,,,,2026-03-02 10:00:00,,4.5E+15,,,,,",
         "listened_by_target_id: expected an id, not a number as spreadsheet programs rewrite it", "'4.5E+15'"),
        ("recordings_csv", "5,91,,,9.0,,,,,2026-03-02 10:00:00,,1,",
         "operator_id: expected an id, not a number as spreadsheet programs rewrite it", "'9.0'"),
        ("recordings_csv", "5,91,,,,,,,,2026-03-02 10:00:00,,-1,",
         "duration: expected minutes, not negative and at most a year's", "'-1'"),
        ("dispositions_csv", "2026-03-02,5,,,,,,,,,,,,12,Office,,,,,,",
         "date_started: expected a local time YYYY-MM-DD HH:MM:SS", "'2026-03-02'"),
        ("texts_csv", "2026-03-02 10:00:00,8,,,user,91,,inbound,,,,,maybe,",
         "mms: expected true or false or 1 or 0 or yes or no", "'maybe'"),
        ("texts_csv", "2026-03-02 10:00:00,8,a\x00b,,user,91,,inbound,,,,,,", "name: expected text", r"'a\x00b'"),
        ("onduty_csv", "2026-03-02 10:00:00,7,91,,,,,,user,,,,,", "on_duty_status: expected a value", "nothing"),
        ("screenshare_csv", "2026-03-02 10:00:00,9,,91,,,hologram,,,,",
         "target_type or target_kind: expected a kind of target, such as call_center", "'hologram'"),
    ],
)  # fmt: skip
def test_a_cell_that_is_not_understood_refuses_its_row(source: str, row: str, reason: str, came: str) -> None:
    assert read_export(source, row) == [Refused(2, reason, came)]
