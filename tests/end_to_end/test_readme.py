"""The README's first report, in its three ways, as it is written there."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import need
from servers import environment, run, serving

README = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")
URL = "http://127.0.0.1:8000"


def _block(language: str, holding: str) -> str:
    """The one fenced block of a language that holds some words."""
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    (found,) = (block for block in blocks if holding in block)
    return found


def _commands(block: str) -> list[str]:
    joined = block.replace("\\\n", " ")
    return [line.split("  #")[0].strip() for line in joined.splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with calls_export.csv, as a company has it from the vendor."""
    folder = tmp_path_factory.mktemp("readme")
    env = environment(folder / "source")
    assert run(env, "simulate", "--company", "Source", "--days", "4").returncode == 0
    asked = ("--stat-type", "calls", "--export-type", "records", "--days-ago-start", "0", "--days-ago-end", "3")
    assert run(env, "report", *asked, "-o", str(folder / "calls_export.csv")).returncode == 0
    return folder


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[dict[str, str]]:
    """The environment after the README's commands, its server up; REAL_URL stands for the URL written there."""
    env = environment(folder / "home")
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    for command in _commands(_block("sh", "busyhour init")):
        if command.startswith("busyhour") and not command.startswith("busyhour serve"):
            done = _shell(command, env, folder)
    env["KEY"] = done.splitlines()[-1]
    with serving(env) as url:
        yield env | {"REAL_URL": url}


def _shell(command: str, env: dict[str, str], folder: Path) -> str:
    written = command.replace(URL, env.get("REAL_URL", URL))
    done = subprocess.run(["bash", "-c", written], env=env, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_by_curl(served: dict[str, str], folder: Path) -> None:
    need(shutil.which("curl") is not None, "curl")
    post, get = _commands(_block("sh", "/api/v2/stats"))
    started = json.loads(_shell(post, served, folder))
    assert started["already_started"] is False
    progress = json.loads(_shell(get.replace("REQUEST_ID", started["request_id"]), served, folder))
    assert progress["status"] in ("processing", "complete")


def test_by_the_sdk(served: dict[str, str]) -> None:
    written = _block("python", "DialpadClient").replace(URL, served["REAL_URL"])
    program = f"KEY = {served['KEY']!r}\n{written}\nprint(len(frame))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "30", done.stderr


def test_by_the_command_line(served: dict[str, str], folder: Path) -> None:
    for command in _commands(_block("sh", "-o today.csv")):
        _shell(command, served, folder)
    assert (folder / "today.csv").read_text().startswith("date_started,call_id")
    assert len((folder / "calls.csv").read_text().splitlines()) == 31


def test_live_events(served: dict[str, str], folder: Path) -> None:
    need(shutil.which("curl") is not None, "curl")
    (new,) = _commands(_block("sh", "endpoint new"))
    path = _shell(new, served | {"SECRET": "known to both"}, folder).splitlines()[-1]
    assert re.fullmatch(r"/ingest/dialpad/[\w-]{22,}", path)
    event = {"call_id": "1", "state": "ringing", "event_timestamp": 1_770_000_000_000}
    (folder / "events.jsonl").write_text(json.dumps(event) + "\n")
    (post,) = _commands(_block("sh", "/ingest/events"))
    answer = json.loads(_shell(post, served, folder))
    assert answer == {"status": "kept", "events": 1, "not_understood": 0, "lines": []}
