"""The same seed and clock give the same bytes, in any home folder; another seed gives others."""

from pathlib import Path

from servers import environment, run

NOW = "2026-11-05T20:00:00+00:00"
ASKED = ("--stat-type", "calls", "--export-type", "records", "--days-ago-start", "0", "--days-ago-end", "3")


def _bytes(home: Path, seed: str) -> bytes:
    env = environment(home, NOW)
    simulated = run(env, "simulate", "--company", "Sim", "--days", "3", "--seed", seed)
    assert simulated.returncode == 0, simulated.stderr
    file = home / "records.csv"
    assert run(env, "report", *ASKED, "-o", str(file)).returncode == 0
    return file.read_bytes()


def test_the_same_seed_and_clock(tmp_path: Path) -> None:
    first = _bytes(tmp_path / "one", "7")
    assert first.count(b"\n") > 1_000
    assert _bytes(tmp_path / "two", "7") == first
    assert _bytes(tmp_path / "three", "8") != first
