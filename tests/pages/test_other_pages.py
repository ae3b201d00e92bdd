"""People, groups, calls, messages."""

from pathlib import Path

from pages.demo import Reader
from pages.views import OPTIONS, VIEW

CALLS = ("--stat-type", "calls", "--export-type", "stats", *OPTIONS)


def _column(reader: Reader, card: str, label: str) -> list[str]:
    head = reader.page.locator(f"#{card} thead th").all_inner_texts()
    place = head.index(label)
    return [row[place] for row in reader.table(card)]


def test_people_are_put_in_order_by_a_column(reader: Reader, tmp_path: Path) -> None:
    expected = reader.demo.report(tmp_path / "people.csv", *CALLS, "--by", "user")
    reader.open("/people", **VIEW)
    missed = sorted((int(row["missed"]) for row in expected), reverse=True)
    reader.page.locator("#agents").get_by_role("button", name="Missed").click()
    assert [int(value) for value in _column(reader, "agents", "Missed")] == missed
    reader.page.locator("#agents").get_by_role("button", name="Missed").click()
    assert [int(value) for value in _column(reader, "agents", "Missed")] == missed[::-1]
    assert (
        reader.page.locator("#agents")
        .get_by_role("button", name="Missed")
        .evaluate("it => it === document.activeElement")
    )
    assert "sort=missed" in reader.page.url


def test_people_are_searched(reader: Reader) -> None:
    reader.open("/people", **VIEW)
    name = reader.page.locator("#agents tbody th a").first.inner_text()
    reader.page.get_by_label("Search people").fill(name.lower())
    reader.page.wait_for_url("**search=**")
    assert reader.page.locator("#agents tbody th a").all_inner_texts() == [name]


def test_the_timeline_has_every_agent_who_was_on_duty(reader: Reader, tmp_path: Path) -> None:
    options = ("--stat-type", "onduty", "--export-type", "stats", "--days-ago-start", "1", "--days-ago-end", "1")
    rows = reader.demo.report(tmp_path / "duty.csv", *options, "--by", "interval")
    on_duty = {row["name"] for row in rows if row["on_duty_status"] in ("available", "occupied", "wrapup", "busy")}
    reader.open("/people", **VIEW)
    assert set(reader.page.locator("#duty .timeline .who[title]").all_inner_texts()) == on_duty
    spans = sum(row["on_duty_status"] == "occupied" for row in rows)
    assert reader.page.locator("#duty .timeline .k-occupied").count() == spans > 0


def test_groups_stand_against_their_targets(reader: Reader, tmp_path: Path) -> None:
    expected = reader.demo.report(tmp_path / "groups.csv", *CALLS, "--by", "group")
    levels = {row["name"]: row["service_level_percent"] for row in expected if row["type"] == "call_center"}
    reader.open("/groups", **VIEW)
    names = reader.page.locator("#centers tbody th").all_inner_texts()
    assert dict(zip(names, _column(reader, "centers", "Service level"), strict=True)) == levels
    assert reader.page.locator("#centers .meter .target").count() == len(levels)


def test_calls_are_filtered_and_paged(reader: Reader) -> None:
    reader.open("/calls", **VIEW)
    everything = int(reader.value(reader.page.locator("#calls-count")))
    reader.page.get_by_label("Outcome").select_option("Abandoned")
    reader.page.wait_for_url("**where=**")
    reader.settle()
    abandoned = int(reader.value(reader.page.locator("#calls-count")))
    assert 50 < abandoned < everything
    first = reader.page.locator("#records tbody th").all_inner_texts()
    reader.page.get_by_role("button", name="Later").click()
    reader.page.wait_for_url("**offset=50**")
    reader.settle()
    assert not set(first) & set(reader.page.locator("#records tbody th").all_inner_texts())
    assert reader.page.locator("#records tbody tr").count() == min(50, abandoned - 50)


def test_a_call_is_shown_with_all_of_its_legs(reader: Reader, tmp_path: Path) -> None:
    options = ("--stat-type", "calls", "--export-type", "records", "--days-ago-start", "1", "--days-ago-end", "1")
    records = reader.demo.report(tmp_path / "records.csv", *options)
    master = next(row["master_call_id"] for row in records if row["entry_point_call_id"] and row["master_call_id"])
    legs = [row for row in records if row["master_call_id"] == master]
    assert len(legs) > 1
    reader.open("/calls", **VIEW | {"call": master, "call_date": "2026-03-10"})
    dialog = reader.page.get_by_role("dialog")
    dialog.locator("table").wait_for()
    assert dialog.locator("tbody tr td:nth-child(2)").all_inner_texts() == [leg["name"] for leg in legs]
    assert dialog.locator(".timeline .who[title]").count() == len(legs)
    reader.page.keyboard.press("Escape")
    reader.page.wait_for_function("() => !location.search.includes('call=')")
    assert not dialog.is_visible()


def test_each_kind_of_message_has_its_records(reader: Reader, tmp_path: Path) -> None:
    for tab, kind in (
        ("Texts", "texts"),
        ("Voicemails", "voicemails"),
        ("Recordings", "recordings"),
        ("Screen shares", "screenshare"),
    ):
        expected = reader.demo.report(
            tmp_path / f"{kind}.csv", "--stat-type", kind, "--export-type", "records", *OPTIONS
        )
        reader.open("/messages", **VIEW)
        reader.page.get_by_role("tab", name=tab).click()
        reader.settle()
        assert reader.value(reader.page.locator("#records .pager [data-value]")) == str(len(expected))


def test_a_days_bar_of_messages_is_the_report_by_date_and_leads_to_its_records(reader: Reader, tmp_path: Path) -> None:
    options = ("--stat-type", "voicemails", "--export-type", "stats", *OPTIONS, "--by", "date")
    expected = reader.demo.report(tmp_path / "voicemails.csv", *options)
    reader.open("/messages", **VIEW | {"tab": "voicemails"})
    reader.page.locator("#course [data-table]").click()
    assert _column(reader, "course", "Voicemails") == [row["voicemails"] for row in expected]
    assert len(expected) == 7
    most = max(expected, key=lambda row: int(row["voicemails"]))
    row = reader.page.locator("#course tbody tr").nth(expected.index(most))
    row.locator("[data-of=voicemails]").get_by_role("link").click()
    reader.page.wait_for_url("**/calls?**")
    reader.settle()
    assert reader.value(reader.page.locator("#calls-count")) == most["voicemails"]


def test_surveys_ask_whose(reader: Reader) -> None:
    reader.open("/messages", **VIEW | {"tab": "csat"})
    reader.page.get_by_role("button", name="Choose a scope").click()
    assert reader.page.get_by_role("combobox", name="Scope").evaluate("it => it === document.activeElement")
