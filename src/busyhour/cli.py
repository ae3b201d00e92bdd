"""The command line: each command reads its options, calls one function, prints what came of it."""

import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from busyhour import commands
from busyhour.domain.ask import EXPORT_TYPES, GROUPINGS, STAT_TYPES, TARGET_TYPES
from busyhour.sources.registry import SOURCES

__all__ = ["app", "main"]

app = typer.Typer(
    help="Phone events in, Dialpad Stats API reports out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
key_app = typer.Typer(help="API keys.", no_args_is_help=True)
app.add_typer(key_app, name="key")

Company = Annotated[str | None, typer.Option(help="The company's name; a home with one company needs none.")]
NamedCompany = Annotated[str, typer.Option("--company", help="The company's name; it is made if need be.")]


def main() -> None:
    """Run a command; what goes wrong is said on stderr, in a sentence, and in the exit code."""
    sys.exit(commands.guarded(app))


@app.command()
def init() -> None:
    """Make the home folder (BUSYHOUR_HOME) and what belongs into it."""
    commands.init()


@key_app.command("new")
def key_new(company: NamedCompany) -> None:
    """Make an API key for a company; it is shown once, on the last line."""
    commands.key_new(company)


@app.command("import")
def import_file(
    source: Annotated[str, typer.Argument(help=f"The file's form: {', '.join(SOURCES)}.")],
    file: Annotated[Path, typer.Argument(help="The file, plain or gzip.")],
    company: NamedCompany,
    timezone: Annotated[str, typer.Option(help="The zone of local times in the file.")] = "UTC",
    strict: Annotated[bool, typer.Option("--strict", help="Take nothing if a row is refused.")] = False,
) -> None:
    """Bring a file's calls into the tables."""
    commands.import_file(source, file, company, timezone, strict=strict)


@app.command()
def simulate(
    company: NamedCompany,
    days: Annotated[int, typer.Option(help="How many local days up to now.", min=1, max=3660)] = 90,
    seed: Annotated[int, typer.Option(help="The same seed and clock give the same calls.")] = 1,
) -> None:
    """Make up a company and its calls, and bring them into the tables."""
    commands.simulate(company, days, seed)


@app.command()
def refresh(company: Company = None) -> None:
    """Bring what has come in into both tiers."""
    commands.refresh(company)


def _one_of(values: tuple[str, ...]) -> str:
    return f"One of {', '.join(values)}."


@app.command()
def report(
    stat_type: Annotated[str, typer.Option(help=_one_of(STAT_TYPES))],
    export_type: Annotated[str, typer.Option(help=_one_of(EXPORT_TYPES))],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The file to write; else stdout.")] = None,
    group_by: Annotated[str | None, typer.Option(help=_one_of(GROUPINGS))] = None,
    target_type: Annotated[str | None, typer.Option(help=_one_of(TARGET_TYPES))] = None,
    target_id: Annotated[str | None, typer.Option(help="The target's id.")] = None,
    office_id: Annotated[str | None, typer.Option(help="An office's id.")] = None,
    days_ago_start: Annotated[str | None, typer.Option(help="The nearer day, counted back from today.")] = None,
    days_ago_end: Annotated[str | None, typer.Option(help="The farther day.")] = None,
    is_today: Annotated[bool, typer.Option("--is-today", help="Today, by the real-time tables.")] = False,
    timezone: Annotated[str | None, typer.Option(help="The zone of the days; UTC if not given.")] = None,
    coaching_team: Annotated[bool, typer.Option("--coaching-team", help="Of a coaching team: its trainees.")] = False,
    coaching_group: Annotated[bool, typer.Option("--coaching-group", help="The older name of the same.")] = False,
    company: Company = None,
    url: Annotated[str | None, typer.Option(help="A Stats API server to ask instead of the home folder.")] = None,
    key: Annotated[str | None, typer.Option(help="The key for that server.", envvar="BUSYHOUR_KEY")] = None,
) -> None:
    """Make a report and write its CSV."""
    fields = {
        "stat_type": stat_type,
        "export_type": export_type,
        "group_by": group_by,
        "target_type": target_type,
        "target_id": target_id,
        "office_id": office_id,
        "days_ago_start": days_ago_start,
        "days_ago_end": days_ago_end,
        "is_today": is_today or None,
        "timezone": timezone,
        "coaching_team": coaching_team or None,
        "coaching_group": coaching_group or None,
    }
    said = {name: value for name, value in fields.items() if value is not None}
    commands.report(said, output, company=company, url=url, key=key)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on; 0 takes a free one.", min=0, max=65535)] = 8000,
) -> None:
    """Answer the Stats API, make reports and refresh, until stopped."""
    commands.serve(host, port)


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the first report.")] = False,
    days: Annotated[int, typer.Option(help="How many days to simulate.", min=1, max=3660)] = 90,
    port: Annotated[int, typer.Option(help="The port to serve on.", min=0, max=65535)] = 8000,
) -> None:
    """Simulate a company, serve it, and ask for a first report as a client would."""
    commands.demo(once=once, days=days, port=port)


class Role(Enum):
    """The processes of `serve`."""

    API = "api"
    WORKER = "worker"
    REFRESHER = "refresher"


@app.command("serve-one", hidden=True)
def serve_one(role: Role, fd: Annotated[int, typer.Option()] = -1) -> None:
    """One process of `serve`, started by it."""
    commands.serve_one(role.value, fd)
