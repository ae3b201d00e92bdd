"""What the commands do: results on stdout, everything else on stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from busyhour import demonstration, logs, serving
from busyhour.client import StatsError
from busyhour.domain.clock import micros
from busyhour.domain.periods import Tier, zone
from busyhour.errors import BadRequest, BusyhourError, Unavailable
from busyhour.faults import unavailable
from busyhour.importing import Account, Reasons, stage_file
from busyhour.metrics import PROCESSES
from busyhour.opening import known_company, open_house
from busyhour.simulating import simulate_into
from busyhour.sources.base import Context
from busyhour.sources.registry import SOURCES
from busyhour.wiring import House

__all__ = [
    "demo",
    "guarded",
    "import_file",
    "init",
    "refresh",
    "serve",
    "serve_one",
    "simulate",
]

told = Console(stderr=True, highlight=False)


def guarded(app: Callable[[], object]) -> int:
    """Run the application and return its exit code: 0 done, 1 the answer is no, 2 misuse."""
    logs.set_up("warning", "command")
    try:
        app()
    except BusyhourError as error:
        _say_error(_with_cause(error))
        return error.exit_code
    except StatsError as error:
        _say_error(str(error))
        return 1
    except BrokenPipeError:
        return 1
    except Exception as error:
        away = unavailable(error)
        if away is None:
            raise
        _say_error(_with_cause(away))
        return away.exit_code
    return 0


def _with_cause(error: BusyhourError) -> str:
    """What went wrong, and why: whoever runs a command may know both."""
    if isinstance(error, Unavailable) and error.cause != error.message:
        return f"{error.message} ({error.cause})"
    return error.message


def _say_error(message: str) -> None:
    told.print("error:", style="red", end=" ")
    told.print(message, markup=False, soft_wrap=True)


def init() -> None:
    """Make the home folder."""
    house = open_house()
    told.print(f"The home folder is {house.settings.folder}.", markup=False)


def _context(house: House, company: str, timezone: str) -> Context:
    if zone(timezone) is None:
        raise BadRequest(f"--timezone: got {timezone!r}; Invalid timezone name, expected one of the tz database.")
    return Context(company, house.access.company_id(company), timezone)


def import_file(source_name: str, file: Path, company: str, timezone: str, *, strict: bool) -> None:
    """Bring a file in and account for its rows."""
    if source_name not in SOURCES:
        raise BadRequest(f"source: got {source_name!r}; accepted: {', '.join(SOURCES)}.")
    house = open_house()
    size = _size(file)
    context = _context(house, company, timezone)
    with _progress() as bar:
        reading = bar.add_task("reading", total=size)
        account = stage_file(
            SOURCES[source_name], file, context, house.inbox, house.directory,
            strict=strict, progress=lambda done: bar.update(reading, completed=done),
        )  # fmt: skip
        bar.update(reading, completed=size)
        if account.batch is not None:
            house.access.company(company, micros(house.clock()))
            _refresh_all(house, context.company_id, bar)
            account.taken = house.state.rows_taken(account.batch)
    _show_account(account)
    if strict and account.refused.rows:
        told.print("Nothing was taken: --strict, and rows were refused.", style="red")
        raise typer.Exit(1)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError as error:
        raise BadRequest(f"file: {file} cannot be read ({error.strerror}).") from None


def _show_account(account: Account) -> None:
    known = account.understood - account.taken if account.batch else 0
    lines = [
        ("rows read", account.read, None),
        ("taken", account.taken, None),
        ("mended", account.mended_rows, account.mended),
        ("refused", account.refused.rows, account.refused),
        ("ignored", account.ignored.rows, account.ignored),
        ("known already", known, None),
    ]
    for name, count, reasons in lines:
        print(f"{name:<14}{count:>12,}")  # noqa: T201 - the result
        for line in _reason_lines(reasons):
            print(line)  # noqa: T201 - the result


def _reason_lines(reasons: Reasons | None) -> Iterator[str]:
    if reasons is None:
        return
    for reason, count in sorted(reasons.counts.items(), key=lambda item: (-item[1], item[0])):
        lines = ", ".join(str(line) for line in reasons.lines[reason])
        more = ", …" if count > len(reasons.lines[reason]) else ""
        came = f"; got {reasons.came[reason]:.60}" if reasons.came[reason] else ""
        yield f"  {count:>10,}  {reason}{came} (line {lines}{more})"


def simulate(company: str, days: int, seed: int) -> None:
    """Simulate a company into the home folder."""
    house = open_house()
    now = micros(house.clock())
    company_id = house.access.company(company, now)
    with _progress() as bar:
        simulating = bar.add_task("simulating days", total=days)
        simulate_into(
            house, company, company_id, days=days, seed=seed, now=now, progress=lambda n: bar.advance(simulating, n)
        )
        _refresh_all(house, company_id, bar)
    told.print(f"{company}: {days} days simulated.", markup=False)


def refresh(company: str | None) -> None:
    """Refresh one company, or all."""
    house = open_house()
    companies = house.access.companies()
    chosen = list(companies.values()) if company is None else [known_company(house, company)[1]]
    with _progress() as bar:
        for company_id in chosen:
            _refresh_all(house, company_id, bar)


def _refresh_all(house: House, company_id: str, bar: Progress) -> None:
    tasks: dict[str, TaskID] = {}

    def tell(what: str, done: int, of: int) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=of)
        bar.update(tasks[what], completed=done, total=of)

    house.refresher().refresh(company_id, list(Tier), micros(house.clock()), tell)


def serve(host: str, port: int) -> None:
    """Serve until stopped."""
    house = open_house()
    _log_as(house, "supervisor")
    serving.serve(house, host, port)


def serve_one(role: str, descriptor: int, parent: int) -> None:
    """Be one process of a server, for as long as its supervisor is there."""
    house = open_house(looks_at_storage=False)
    _log_as(house, role)
    PROCESSES.labels(role).set(1)
    match role:
        case "api":
            serving.run_api(house, descriptor, parent)
        case "worker":
            serving.run_worker(house, parent)
        case _:
            serving.run_refresher(house, parent)


def _log_as(house: House, role: str) -> None:
    logs.set_up(house.settings.log_level, role)
    logs.catch_all()


def demo(*, once: bool, days: int, port: int) -> None:
    """Show the main job on made-up calls."""
    demonstration.run(once=once, days=days, port=port, told=told)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Bars for long work, on stderr; they say nothing where nobody looks."""
    columns = (
        TextColumn("{task.description:<16}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=told, disable=not told.is_terminal) as bar:
        yield bar
