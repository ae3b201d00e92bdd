"""The small company on a home folder, and commands run on it as processes of their own."""

import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from api.small_company import NOW, acme, write_lines
from busyhour.cli import app
from busyhour.errors import BusyhourError
from servers import environment, run

BY_DATE = ("--stat-type", "calls", "--export-type", "stats", "--group-by", "date", "--days-ago-end", "3")

Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Shop:
    """A home folder with Acme's calls in it, and what the commands said that brought them there."""

    env: dict[str, str]
    lines: Path
    initialised: Done
    keyed: Done
    imported: Done

    @property
    def home(self) -> Path:
        return Path(self.env["BUSYHOUR_HOME"])

    @property
    def key(self) -> str:
        return self.keyed.stdout.splitlines()[-1]

    def run(self, *arguments: str, **environ: str) -> Done:
        return checked(run(self.env | environ, *arguments))

    def misuse(self, *arguments: str, **environ: str) -> str:
        """What a command is refused for with exit code 2; in this process, for there are many to try."""
        done = CliRunner().invoke(app, arguments, env=self.env | environ)
        assert done.stdout == "" or not arguments
        if isinstance(done.exception, BusyhourError):
            assert done.exception.exit_code == 2
            return done.exception.message
        assert done.exit_code == 2, done.exception
        return done.output

    def copy(self, folder: Path, **settings: str) -> "Shop":
        """Another home folder with the same in it."""
        home = Path(shutil.copytree(self.home, folder / "home"))
        return replace(self, env=environment(home, NOW, **settings))


def checked(done: Done) -> Done:
    """A command that ended, however it ended, without a traceback."""
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return done


def refused(done: Done, code: int) -> str:
    """What a command said on stderr that did nothing."""
    assert done.returncode == code, done
    assert done.stdout == ""
    return done.stderr


def open_shop(folder: Path) -> Shop:
    env = environment(folder / "home", NOW)
    lines = write_lines(folder / "acme.jsonl", acme())
    initialised = run(env, "init")
    keyed = run(env, "key", "new", "--company", "Acme")
    imported = run(env, "import", "dialpad", str(lines), "--company", "Acme")
    return Shop(env, lines, checked(initialised), checked(keyed), checked(imported))


def summary(stdout: str) -> dict[str, int]:
    """The counts that an import ends with."""
    found = re.findall(r"^(\S[a-z ]*?) +([0-9,]+)$", stdout, re.MULTILINE)
    return {name: int(count.replace(",", "")) for name, count in found}


def account(**counts: Any) -> dict[str, int]:
    """What a summary holds, where what is not named is 0."""
    names = ("rows read", "taken", "mended", "refused", "ignored", "known already")
    return {name: counts.get(name.replace(" ", "_"), 0) for name in names}
