"""The directory's commands as people type them, on the examples of the page that describes them."""

import re
import subprocess
from pathlib import Path

import pytest

from servers import environment, run

PAGE = (Path(__file__).parent.parent.parent / "docs" / "directory.md").read_text(encoding="utf-8")
NOW = "2026-03-09T15:00:00+00:00"
UNCHANGED = "Nothing changed: all of it was known already.\n"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path / "home", NOW)


def _example(form: str, folder: Path) -> Path:
    found = re.findall(rf"```{form}\n(.*?)```", PAGE, re.DOTALL)
    assert len(found) == 1
    path = folder / f"example.{form}"
    path.write_text(found[0], encoding="utf-8")
    return path


def _import(env: dict[str, str], path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return run(env, "directory", "import", str(path), "--company", "Meadow Bank", *more)


def _counts(answer: subprocess.CompletedProcess[str]) -> dict[str, tuple[int, int]]:
    assert answer.returncode == 0, answer.stderr
    found = re.findall(r"^(\w+) +([0-9,]+) new +([0-9,]+) (?:changed|gone)$", answer.stdout, re.MULTILINE)
    assert len(found) == len(answer.stdout.splitlines())
    return {name: (int(new), int(other)) for name, new, other in found}


def test_the_pages_two_examples_say_the_same(env: dict[str, str], tmp_path: Path) -> None:
    as_yaml, as_csv = _example("yaml", tmp_path), _example("csv", tmp_path)
    everything = {
        "office": (1, 0), "call_center": (1, 0), "department": (1, 0), "coaching_team": (1, 0), "room": (1, 0),
        "user": (2, 0), "members": (6, 0),
    }  # fmt: skip
    assert _counts(_import(env, as_yaml, "--dry-run")) == everything
    assert _counts(_import(env, as_yaml)) == everything
    assert _import(env, as_yaml).stdout == UNCHANGED
    assert _import(env, as_csv).stdout == UNCHANGED


def test_out_and_in_again_is_no_change(env: dict[str, str], tmp_path: Path) -> None:
    assert _import(env, _example("csv", tmp_path)).returncode == 0
    exported = run(env, "directory", "export")
    assert exported.returncode == 0
    assert exported.stderr == ""
    path = tmp_path / "exported.yaml"
    path.write_text(exported.stdout, encoding="utf-8")
    assert _import(env, path).stdout == UNCHANGED
    assert run(env, "directory", "adopt").stdout == UNCHANGED


def test_the_tree(env: dict[str, str], tmp_path: Path) -> None:
    assert _import(env, _example("yaml", tmp_path)).returncode == 0
    shown = run(env, "directory", "show")
    lines = [re.sub(r" · [0-9]{16}", "", line).rstrip() for line in shown.stdout.splitlines()]
    assert lines == [
        "Meadow Bank",
        "└── Haifa · office · Asia/Jerusalem",
        "    ├── Support · call center · 80 % within 20 s · open 55 h a week · 2 holidays",
        "    │   ├── Avi Cohen · operator since 2026-01-01 until 2026-06-01",
        "    │   ├── Dana Levi · supervisor",
        "    │   └── Front desk · operator",
        "    ├── New people · coaching team",
        "    │   ├── Avi Cohen · trainee since 2026-01-01",
        "    │   └── Dana Levi · coach",
        "    ├── Loans · department",
        "    │   └── Avi Cohen · operator",
        "    ├── Front desk · room",
        "    ├── Avi Cohen · user · avi@meadow.example",
        "    └── Dana Levi · user · dana@meadow.example",
    ]


def test_a_file_is_taken_whole_or_not_at_all(env: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("offices:\n  - name: Haifa\n    timezone: Mars\n  - name: Rome\n    operators: [Ugo]\n")
    refused = _import(env, path)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr.splitlines() == [
        "error: Nothing of the file was taken:",
        "line 3: timezone: got 'Mars'; accepted: a name of the tz database, such as America/New_York.",
    ]
    path.write_text("offices:\n  - name: Rome\n    operators: [Ugo]\n")
    refused = _import(env, path)
    assert "line 3: member: got 'Ugo'; accepted: an id or a name that is in the file or known here" in refused.stderr
    shown = run(env, "directory", "show", "--company", "Meadow Bank")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "companies here: none yet" in shown.stderr


def test_what_calls_named_is_discovered_until_it_is_adopted(env: dict[str, str], tmp_path: Path) -> None:
    calls = tmp_path / "calls.jsonl"
    target = '{"id": 31, "type": "call_center", "name": "suport", "office_id": 12}'
    calls.write_text(
        '{"call_id": 1, "state": "hangup", "event_timestamp": 1773000000000, "direction": "inbound",'
        f' "date_started": 1773000000000, "date_ended": 1773000060000, "target": {target}}}\n'
    )
    assert run(env, "import", "dialpad", str(calls), "--company", "Meadow Bank").returncode == 0
    shown = run(env, "directory", "show")
    assert "suport · call center · 31 · 95 % within 60 s (discovered)" in shown.stdout
    named = tmp_path / "named.csv"
    named.write_text("kind,id,name\ncall_center,31,Support\n")
    assert _counts(_import(env, named)) == {"call_center": (0, 1)}
    calls.write_text(calls.read_text().replace('"call_id": 1', '"call_id": 2'))
    assert run(env, "import", "dialpad", str(calls), "--company", "Meadow Bank").returncode == 0
    shown = run(env, "directory", "show").stdout
    assert "Support · call center · 31 · 95 % within 60 s\n" in shown
    assert "12 · office · 12 (discovered)" in shown
    assert _counts(run(env, "directory", "adopt")) == {"office": (0, 1)}
    assert "(discovered)" not in run(env, "directory", "show").stdout
