"""Exports: the page's own state as a Stats API request."""

from pages.demo import Reader
from pages.sdk import downloaded
from pages.views import FIELDS, VIEW


def test_an_export_is_the_file_of_the_sdk(reader: Reader) -> None:
    reader.open("/exports", **VIEW)
    reader.page.get_by_label("Grouped").select_option("A row a day and person")
    reader.page.get_by_role("button", name="Start the export").click()
    reader.page.locator("#download").wait_for(timeout=30_000)
    with reader.page.expect_download() as download:
        reader.page.locator("#download").click()
    fields = {"stat_type": "calls", "export_type": "stats", "group_by": "user", **FIELDS}
    expected = downloaded(reader.demo, fields)
    assert download.value.path().read_bytes() == expected
    rows = len(expected.decode().splitlines()) - 1
    assert reader.page.locator("#progress strong").inner_text() == f"{rows} rows."
    recent = reader.page.locator("#recent tbody tr", has_text="A row a day and person")
    recent.get_by_text("Ready").wait_for()
    assert recent.locator("td.num").inner_text() == str(rows)


def test_a_page_takes_its_state_to_the_exports(reader: Reader) -> None:
    reader.open("/groups", **VIEW)
    reader.page.get_by_role("button", name="Export…").click()
    reader.page.wait_for_url("**/exports?**")
    reader.settle()
    assert reader.page.get_by_label("Grouped").input_value() == "group"
    assert '"days_ago_end": 7' in reader.page.locator("#request").inner_text()


def test_the_request_is_told_in_three_tongues(reader: Reader) -> None:
    reader.open("/exports", **VIEW)
    for tongue, name, word in (
        ("curl", "curl", "curl"),
        ("Python SDK", "python", "DialpadClient"),
        ("Command line", "cli", "busyhour report"),
    ):
        reader.page.get_by_role("tab", name=tongue).click()
        assert word in reader.page.locator(f"#snippet-{name}").inner_text()
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.page.get_by_role("button", name="Copy: Command line").click()
    copied = reader.page.evaluate("navigator.clipboard.readText()")
    assert copied == reader.page.locator("#snippet-cli").inner_text()


def test_what_the_api_does_not_know_is_told_for_the_command_line(reader: Reader) -> None:
    reader.open("/exports", **VIEW | {"by": "weekday_hour"})
    assert reader.page.get_by_role("tab").all_inner_texts() == ["Command line"]
    assert "--by weekday_hour" in reader.page.locator("#snippet-cli").inner_text()
    assert reader.page.get_by_role("button", name="Start the export").is_disabled()


def test_what_a_page_asks_for_itself_is_no_recent_request(reader: Reader) -> None:
    reader.open("/people", **VIEW)
    reader.open("/exports", **VIEW)
    listed = reader.page.locator("#recent tbody tr")
    before = listed.all_inner_texts()
    reader.open("/people", **VIEW | {"from": "2026-03-06"})
    reader.open("/exports", **VIEW)
    assert len(listed.all_inner_texts()) == len(before)
    downloaded(
        reader.demo, {"stat_type": "calls", "export_type": "stats", "group_by": "user", **FIELDS, "days_ago_end": 5}
    )
    reader.page.get_by_role("button", name="Look again").click()
    listed.nth(len(before)).wait_for()
    assert listed.filter(has_text="A row a day and person").filter(has_text="Mar 6").count() == 1
