"""What the page offers to copy, run as it is: each brings the very file that the page shows."""

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from re import findall
from typing import Any

import httpx2
import pytest

from api.small_company import SALES
from conftest import need
from end_to_end.commanding import Shop
from servers import serving

VIEW = {"from": "2026-03-08", "to": "2026-03-10", "timezone": "America/New_York"}
API_FORMS: Mapping[str, Mapping[str, Any]] = {
    "by date": {"stat_type": "calls", "group_by": "date"},
    "records of a center": {"stat_type": "calls", "export_type": "records", "scope": f"callcenter:{SALES}"},
    "an office": {"stat_type": "onduty", "scope": "office:12"},
    "csat": {"stat_type": "csat", "export_type": "records", "scope": f"callcenter:{SALES}"},
}


@dataclass(frozen=True)
class Page:
    """A served page, signed in at, and a folder in which a shell knows our command and the key."""

    http: httpx2.Client
    folder: Path
    env: dict[str, str]

    def get(self, path: str, query: Mapping[str, Any]) -> httpx2.Response:
        while (answer := self.http.get(path, params=VIEW | query)).status_code == 202:
            continue
        return answer.raise_for_status()

    def snippets(self, query: Mapping[str, Any]) -> dict[str, str | None]:
        said: dict[str, str | None] = self.get("/page/snippets", query).json()
        assert set(said) == {"curl", "python", "cli"}
        return said

    def run(self, *command: str) -> bytes:
        """The file that a snippet wrote."""
        done = subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        written = self.folder / "report.csv"
        content = written.read_bytes()
        written.unlink()
        return content


@pytest.fixture(scope="module")
def page(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("snippets")
    copied = shop.copy(folder)
    command = folder / "bin" / "busyhour"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m busyhour "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    with serving(copied.env) as url, httpx2.Client(base_url=url, timeout=30) as http:
        hidden = dict(findall(r'type="hidden" name="(\w+)" value="([^"]*)"', http.get("/sign-in").text))
        fields = {name: unescape(value) for name, value in hidden.items()} | {"key": shop.key}
        assert http.post("/sign-in", data=fields).status_code == 303
        yield Page(http, folder, copied.env | {"PATH": path, "DIALPAD_API_KEY": shop.key})


@pytest.mark.parametrize("form", API_FORMS)
@pytest.mark.parametrize("tongue", ["curl", "python", "cli"])
def test_a_snippet_brings_the_file_of_the_page(page: Page, form: str, tongue: str) -> None:
    need(tongue != "curl" or shutil.which("curl") is not None, "curl")
    query = API_FORMS[form]
    snippet = page.snippets(query)[tongue]
    assert snippet is not None
    runner = [sys.executable, "-c"] if tongue == "python" else ["sh", "-euc"]
    assert page.run(*runner, snippet) == page.get("/page/figures.csv", query).content


@pytest.mark.parametrize("query", [{"stat_type": "calls", "by": "hour"}, {"stat_type": "onduty", "by": "total"}])
def test_what_the_api_does_not_know_is_a_command_alone(page: Page, query: Mapping[str, str]) -> None:
    said = page.snippets(query)
    assert (said["curl"], said["python"]) == (None, None)
    assert page.run("sh", "-euc", said["cli"] or "") == page.get("/page/figures.csv", query).content


@pytest.mark.parametrize(
    "query",
    [
        {"stat_type": "calls", "by": "weekday_hour", "column": "inbound_calls", "row": ["weekday:monday", "hour:6"]},
        {"stat_type": "calls", "group_by": "user", "column": "answered", "row": ["date:2026-03-09", "user_id:91"]},
    ],
)
def test_the_records_behind_a_figure_are_a_command_too(page: Page, query: Mapping[str, Any]) -> None:
    said = page.snippets(query)
    content = page.run("sh", "-euc", said["cli"] or "")
    assert content == page.get("/page/behind.csv", query).content
    assert len(list(csv.reader(content.decode().splitlines()))) == 2


def test_a_snippet_holds_no_key(page: Page) -> None:
    for text in page.snippets(API_FORMS["by date"]).values():
        assert text is not None
        assert page.env["DIALPAD_API_KEY"] not in text
        assert "DIALPAD_API_KEY" in text


def test_what_fails_is_not_taken_for_a_file(page: Page) -> None:
    """A wrong key ends each script with an error, and without a file."""
    env = page.env | {"DIALPAD_API_KEY": "bh_wrong"}
    for tongue, text in page.snippets(API_FORMS["by date"]).items():
        runner = [sys.executable, "-c"] if tongue == "python" else ["sh", "-c"]
        done = subprocess.run([*runner, text or ""], cwd=page.folder, env=env, capture_output=True, check=False)
        assert done.returncode != 0, tongue
        assert not (page.folder / "report.csv").exists()
