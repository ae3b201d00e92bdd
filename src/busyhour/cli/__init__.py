"""The command line: each command reads its options, calls one function, prints what came of it."""

import sys
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from busyhour import care_commands, commands, report_commands, retention_commands
from busyhour.cli.directory import directory_app
from busyhour.cli.ingest import endpoint_app, quarantine_app
from busyhour.cli.keys import key_app
from busyhour.cli.options import Company, NamedCompany
from busyhour.domain.ask import EXPORT_TYPES, GROUPINGS, STAT_TYPES, TARGET_TYPES, Ask
from busyhour.domain.dimensions import Dimension
from busyhour.sources.registry import SOURCES

__all__ = ["app", "main"]

app = typer.Typer(
    help="Phone events in, Dialpad Stats API reports out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for name, commands_of in (
    ("key", key_app),
    ("directory", directory_app),
    ("endpoint", endpoint_app),
    ("quarantine", quarantine_app),
):
    app.add_typer(commands_of, name=name)


def main() -> None:
    """Run a command; what goes wrong is said on stderr, in a sentence, and in the exit code."""
    sys.exit(commands.guarded(app))


@app.command()
def init() -> None:
    """Make the home folder (BUSYHOUR_HOME) and what belongs into it."""
    commands.init()


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


@app.command()
def forget(
    company: Company = None,
    number: Annotated[
        str | None, typer.Option(help="A phone number: all that names it, in any usual spelling.")
    ] = None,
    before: Annotated[str | None, typer.Option(help="A date, YYYY-MM-DD: all of UTC days before it.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Take a person's or a period's data out of everything that is kept, for good."""
    retention_commands.forget(company, number, before, dry_run=dry_run, sure=yes)


def _one_of(values: tuple[str, ...]) -> str:
    return f"One of {', '.join(values)}."


StatType = Annotated[str, typer.Option(help=_one_of(STAT_TYPES))]
ExportType = Annotated[str, typer.Option(help=_one_of(EXPORT_TYPES))]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="The file to write; else stdout.")]
GroupBy = Annotated[str | None, typer.Option(help=_one_of(GROUPINGS))]
By = Annotated[
    Dimension | None, typer.Option(help="In place of --group-by: our own forms of stats, see the dictionary.")
]
TargetType = Annotated[str | None, typer.Option(help=_one_of(TARGET_TYPES))]
TargetId = Annotated[str | None, typer.Option(help="The target's id.")]
OfficeId = Annotated[str | None, typer.Option(help="An office's id.")]
Nearer = Annotated[str | None, typer.Option(help="The nearer day, counted back from today.")]
Farther = Annotated[str | None, typer.Option(help="The farther day.")]
IsToday = Annotated[bool, typer.Option("--is-today", help="Today, by the real-time tables.")]
Zone = Annotated[str | None, typer.Option(help="The zone of the days; UTC if not given.")]
CoachingTeam = Annotated[bool, typer.Option("--coaching-team", help="Of a coaching team: its trainees.")]
CoachingGroup = Annotated[bool, typer.Option("--coaching-group", help="The older name of the same.")]


def _said(options: Mapping[str, object]) -> dict[str, object]:
    """The API's fields among a command's options; a flag that is off is not said."""
    return {name: options[name] for name in Ask.model_fields if options.get(name) not in (None, False)}


@app.command()
def report(
    stat_type: StatType,
    export_type: ExportType,
    output: Output = None,
    group_by: GroupBy = None,
    by: By = None,
    target_type: TargetType = None,
    target_id: TargetId = None,
    office_id: OfficeId = None,
    days_ago_start: Nearer = None,
    days_ago_end: Farther = None,
    is_today: IsToday = False,
    timezone: Zone = None,
    coaching_team: CoachingTeam = False,
    coaching_group: CoachingGroup = False,
    company: Company = None,
    url: Annotated[str | None, typer.Option(help="A Stats API server to ask instead of the home folder.")] = None,
    key: Annotated[str | None, typer.Option(help="The key for that server.", envvar="BUSYHOUR_KEY")] = None,
) -> None:
    """Make a report and write its CSV."""
    report_commands.report(_said(locals()), output, company=company, url=url, key=key, by=by)


@app.command()
def explain(
    stat_type: StatType,
    column: Annotated[str, typer.Option(help="The figure: a column of the report.")],
    date: Annotated[str | None, typer.Option(help="The row's day, YYYY-MM-DD.")] = None,
    user: Annotated[str | None, typer.Option(help="The row's user_id.")] = None,
    group: Annotated[str | None, typer.Option(help="The id of the row's call center or department.")] = None,
    row: Annotated[
        list[str] | None, typer.Option(help="With --by: name=value as the row prints it, such as hour=9.")
    ] = None,
    export_type: ExportType = "stats",
    output: Output = None,
    group_by: GroupBy = None,
    by: By = None,
    target_type: TargetType = None,
    target_id: TargetId = None,
    office_id: OfficeId = None,
    days_ago_start: Nearer = None,
    days_ago_end: Farther = None,
    is_today: IsToday = False,
    timezone: Zone = None,
    coaching_team: CoachingTeam = False,
    coaching_group: CoachingGroup = False,
    company: Company = None,
) -> None:
    """List the records behind one figure of a stats report, as CSV."""
    named = {"date": date, "user": user, "group": group} | report_commands.named_values(row or [])
    report_commands.explain(_said(locals()), column, named, output, company, by)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on; 0 takes a free one.", min=0, max=65535)] = 8000,
) -> None:
    """Answer the Stats API, make reports and refresh, until stopped."""
    commands.serve(host, port)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="The tar to write; one of that name is replaced.")]) -> None:
    """Write the home folder as it is now into one file, also while a server runs."""
    care_commands.backup(file)


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A backup.")]) -> None:
    """Make the home folder (BUSYHOUR_HOME) of a backup; it must be empty or missing."""
    care_commands.restore_home(file)


@app.command()
def doctor() -> None:
    """Look at everything that busyhour stands on, and say what to do; nothing is changed."""
    care_commands.doctor()


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
def serve_one(role: Role, parent: Annotated[int, typer.Option()], fd: Annotated[int, typer.Option()] = -1) -> None:
    """One process of `serve`, started by it."""
    commands.serve_one(role.value, fd, parent)


@app.command()
def dictionary() -> None:
    """Print the dictionary of every column, as Markdown."""
    report_commands.dictionary()
