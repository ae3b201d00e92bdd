"""The commands as a user runs them: results on stdout, everything else on stderr, and the exit code."""

import csv
import json
import re
from pathlib import Path

import pytest

from api.small_company import NOW, acme, write_lines
from end_to_end.commanding import BY_DATE, Shop, account, checked, refused, summary
from houses import company_of, new_house
from servers import environment, free_port, run


def test_init_makes_the_home_folder(shop: Shop) -> None:
    assert (shop.initialised.returncode, shop.initialised.stdout) == (0, "")
    assert str(shop.home) in shop.initialised.stderr.replace("\n", "")
    assert shop.home.stat().st_mode & 0o777 == 0o700
    assert (shop.home / "secret").stat().st_mode & 0o777 == 0o600


def test_a_key_stands_alone_on_stdout(shop: Shop) -> None:
    assert shop.keyed.returncode == 0
    assert re.fullmatch(r"bh_[A-Za-z0-9_-]{40,}\n", shop.keyed.stdout)


def test_an_import_accounts_for_every_row(shop: Shop) -> None:
    assert shop.imported.returncode == 0
    assert summary(shop.imported.stdout) == account(rows_read=8, taken=8)
    assert shop.imported.stderr == ""


def test_a_second_import_takes_nothing(shop: Shop) -> None:
    done = shop.run("import", "dialpad", str(shop.lines), "--company", "Acme")
    assert done.returncode == 0
    assert summary(done.stdout) == account(rows_read=8, known_already=8)


def test_strict_takes_nothing_where_a_row_is_refused_else_the_others_are_taken(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "half.jsonl", acme())
    path.write_text(path.read_text() + '{"call_id": 9, "state": "hangup"}\nno JSON\n')
    env = environment(tmp_path / "home", NOW)
    command = ("import", "dialpad", str(path), "--company", "Acme")
    strict = checked(run(env, *command, "--strict"))
    assert strict.returncode == 1
    assert summary(strict.stdout) == account(rows_read=10, refused=2)
    assert "Nothing was taken" in strict.stderr
    assert "(line 9)" in strict.stdout
    assert "(line 10)" in strict.stdout
    tolerant = checked(run(env, *command))
    assert tolerant.returncode == 0
    assert summary(tolerant.stdout) == account(rows_read=10, taken=8, refused=2)


UNREADABLE = {
    "missing": (None, "cannot be read"),
    "empty": (b"", "The file is empty"),
    "utf-16": (b"\xff\xfe{\x00", "UTF-16"),
    "gzip": (b"\x1f\x8b\x08\x00cut off", "gzip"),
    "list": (json.dumps(list(acme())).encode(), "one JSON object a line"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_file_that_cannot_be_read(shop: Shop, tmp_path: Path, what: str) -> None:
    content, said = UNREADABLE[what]
    path = tmp_path / "calls.jsonl"
    if content is not None:
        path.write_bytes(content)
    assert said in shop.misuse("import", "dialpad", str(path), "--company", "Acme")


def test_misuse_is_a_sentence_on_stderr_and_exit_code_2(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "nothing.jsonl"
    path.touch()
    message = refused(shop.run("import", "dialpad", str(path), "--company", "Acme"), 2)
    assert message == "error: The file is empty: expected at least one line.\n"
    assert "--group" in refused(shop.run("report", *BY_DATE, "--group"), 2)


def test_a_report_is_the_same_on_stdout_and_in_a_file(shop: Shop, tmp_path: Path) -> None:
    printed = shop.run("report", *BY_DATE)
    assert printed.returncode == 0
    written = shop.run("report", *BY_DATE, "-o", str(tmp_path / "out.csv"))
    assert (written.returncode, written.stdout) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert (tmp_path / "out.csv").read_bytes() == printed.stdout.encode()
    rows = {row["date"]: (row["all_calls"], row["answered"]) for row in csv.DictReader(printed.stdout.splitlines())}
    assert rows == {"2026-03-07": ("0", "0"), "2026-03-08": ("1", "0"), "2026-03-09": ("3", "1")}


def test_a_report_by_a_dimension_and_the_records_behind_it(shop: Shop) -> None:
    """The calls of three days are those of the report by date; 9 March is a Monday."""
    by_weekday = shop.run("report", *STATS, "--by", "weekday")
    rows = {row["weekday"]: row["all_calls"] for row in csv.DictReader(by_weekday.stdout.splitlines())}
    assert rows == {
        "monday": "3", "tuesday": "0", "wednesday": "0", "thursday": "0", "friday": "0", "saturday": "0", "sunday": "1",
    }  # fmt: skip
    behind = shop.run("explain", *STATS, "--by", "weekday", "--column", "all_calls", "--row", "weekday=monday")
    assert {row["date_started"][:10] for row in csv.DictReader(behind.stdout.splitlines())} == {"2026-03-09"}
    assert behind.stderr == "3 records stand behind all_calls.\n"


def test_a_file_that_cannot_be_written(shop: Shop, tmp_path: Path) -> None:
    for output in (tmp_path / "nowhere" / "out.csv", tmp_path):
        assert shop.misuse("report", *BY_DATE, "-o", str(output)).startswith(f"-o: {output} cannot be written")
    assert list(tmp_path.iterdir()) == []


def test_of_several_companies_one_must_be_named(shop: Shop, tmp_path: Path) -> None:
    two = shop.copy(tmp_path)
    company_of(new_house(two.home, NOW), "Rival")
    message = refused(two.run("report", *BY_DATE), 2)
    assert message == "error: --company: missing; companies here: Acme, Rival.\n"
    named = two.run("report", *BY_DATE, "--company", "Acme")
    assert (named.returncode, len(named.stdout.splitlines())) == (0, 4)


@pytest.mark.parametrize("command", [("report", *BY_DATE), ("refresh",)])
def test_an_unknown_company(shop: Shop, command: tuple[str, ...]) -> None:
    message = shop.misuse(*command, "--company", "Acmee")
    assert message == "--company: got 'Acmee'; companies here: Acme."


def test_a_home_without_a_company(shop: Shop, tmp_path: Path) -> None:
    message = shop.misuse("report", *BY_DATE, BUSYHOUR_HOME=str(tmp_path / "home"))
    assert message == "--company: missing; companies here: none yet."


def test_an_unknown_target_is_a_no(shop: Shop) -> None:
    done = shop.run("report", *BY_DATE, "--target-type", "user", "--target-id", "999")
    assert refused(done, 1) == "error: UserProfile with id 999 not found.\n"


STATS = ("--stat-type", "calls", "--export-type", "stats", "--days-ago-end", "3")
RECORDS = ("report", "--stat-type", "calls", "--export-type", "records")
EXPLAINED = ("--stat-type", "calls", "--column", "missed", "--by", "hour")
SERVER = ("--url", "http://127.0.0.1:1")

MISUSED = {
    "no command": ((), "Usage"),
    "an unknown command": (("reprot",), "reprot"),
    "an unknown option": (("report", *BY_DATE, "--group"), "--group"),
    "a missing option": (("report", "--stat-type", "calls"), "--export-type"),
    "a wrong value": (("report", "--stat-type", "call", "--export-type", "stats"), "stat_type: got 'call'"),
    "a wrong day": (("report", *BY_DATE, "--days-ago-start", "-1"), "days_ago_start: got '-1'"),
    "a wrong zone": (("report", *BY_DATE, "--timezone", "Mars"), "Invalid timezone name"),
    "half a target": (("report", *BY_DATE, "--target-id", "91"), "target_type: missing"),
    "an unknown dimension": (("report", *STATS, "--by", "colour"), "weekday_hour"),
    "a dimension of another type": (("report", *STATS, "--by", "interval"), "accepted for calls: date, hour, weekday"),
    "a dimension of records": ((*RECORDS, "--by", "hour"), "export_type: got 'records'; accepted with by: stats."),
    "two groupings": (("report", *BY_DATE, "--by", "hour"), "group_by: got 'date' beside by 'hour'"),
    "a dimension of a server": (
        ("report", *STATS, "--by", "hour", *SERVER, "--key", "k"),
        "--by: got 'hour' with --url",
    ),
    "half a row": (("explain", *EXPLAINED, "--row", "hour"), "--row: got 'hour'; accepted: name=value"),
    "a wrong name in a row": (("explain", *EXPLAINED, "--row", "day=1"), "row: got 'day'; accepted: hour, date,"),
    "a wrong value in a row": (("explain", *EXPLAINED, "--row", "hour=24"), "row hour: got '24'; accepted: '0', '1'"),
    "a server without a key": (("report", *BY_DATE, "--url", "http://127.0.0.1:1"), "--key: missing"),
    "an unknown source": (("import", "excel", "x", "--company", "Acme"), "source: got 'excel'"),
    "a wrong zone of a file": (("import", "dialpad", __file__, "--company", "A", "--timezone", "Mars"), "--timezone"),
    "a company of no name": (("key", "new", "--company", " "), "company: got ' '"),
    "a company of no text": (("key", "new", "--company", "\udcff"), "company: got "),
    "a wrong port": (("serve", "--port", "70000"), "--port"),
}


@pytest.mark.parametrize("what", MISUSED)
def test_misuse(shop: Shop, what: str) -> None:
    arguments, said = MISUSED[what]
    assert said in shop.misuse(*arguments)


SETTINGS = (
    ("BUSYHOUR_NOW", "2026-03-10T12:00:00"),
    ("BUSYHOUR_WORKERS", "-1"),
    ("BUSYHOUR_ENGINE", "sc:/somewhere"),
    ("BUSYHOUR_WORKER_MEMORY", "plenty"),
    ("BUSYHOUR_LIMIT_POST_PER_HOUR", "-1"),
    ("BUSYHOUR_HOME", "/dev/null/home"),
)


@pytest.mark.parametrize(("variable", "value"), SETTINGS)
def test_a_wrong_setting_is_named(shop: Shop, variable: str, value: str) -> None:
    message = shop.misuse("report", *BY_DATE, **{variable: value})
    assert message.startswith(f"{variable}: ")
    assert value in message


def test_a_wrong_form_is_answered_with_right_ones(shop: Shop) -> None:
    message = shop.misuse("report", *BY_DATE, BUSYHOUR_ENGINE="spark")
    assert message == "BUSYHOUR_ENGINE: got 'spark'; accepted: embedded, sc://HOST:PORT."
    message = shop.misuse("report", *BY_DATE, BUSYHOUR_WORKER_MEMORY="plenty")
    assert message == "BUSYHOUR_WORKER_MEMORY: got 'plenty'; accepted: 1GB, 500MB."


def test_a_cluster_that_is_not_there_is_said_in_one_line(shop: Shop, tmp_path: Path) -> None:
    address = f"sc://127.0.0.1:{free_port()}"
    away = {"BUSYHOUR_ENGINE": address, "BUSYHOUR_SPARK_BYTES": "0"}
    file = tmp_path / "o.csv"
    asked = ("--stat-type", "calls", "--export-type", "records", "--days-ago-end", "17")
    # Its own home folder: what was asked for stays queued there.
    message = refused(shop.copy(tmp_path).run("report", *asked, "-o", str(file), **away), 1)
    assert message.startswith("error: The Spark cluster cannot be used at the moment; ")
    assert f"(Spark at {address}: " in message
    assert "Connection refused" in message
    assert message.count("\n") == 1
    assert not file.exists()


def test_a_wrong_instant_is_named(shop: Shop) -> None:
    message = refused(shop.run("report", *BY_DATE, BUSYHOUR_NOW="yesterday"), 2)
    assert message.startswith("error: BUSYHOUR_NOW: got 'yesterday'; ")


def test_nothing_was_left_behind_in_the_home_folder(shop: Shop) -> None:
    assert list((shop.home / "inbox").rglob("*.parquet")) == []
    assert list((shop.home / "artifacts").rglob("*.draft")) == []
