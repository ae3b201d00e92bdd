"""The commands about reports: make one, explain a figure, print the dictionary. Results on stdout."""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rich.console import Console

from busyhour.client import StatsClient
from busyhour.domain.dimensions import Dimension
from busyhour.domain.requests import Status
from busyhour.errors import BadRequest, InternalError
from busyhour.explaining import Explainer
from busyhour.making import Made
from busyhour.opening import known_company, open_house
from busyhour.reports.dictionary import markdown
from busyhour.wiring import House

__all__ = ["dictionary", "explain", "named_values", "report"]

told = Console(stderr=True, highlight=False)


def report(
    fields: Mapping[str, object],
    output: Path | None,
    *,
    company: str | None,
    url: str | None,
    key: str | None,
    by: Dimension | None = None,
) -> None:
    """Write a report's CSV, made by a server or from the home folder."""
    if url is not None:
        if by is not None:
            raise BadRequest(f"--by: got {by.value!r} with --url; the Stats API has no such form, only a home folder.")
        if key is None:
            raise BadRequest("--key: missing; --url needs the key of that server.")
        with StatsClient(url, key) as client:
            _deliver(output, lambda path: client.report(fields, path, lambda text: told.print(text, markup=False)))
        return
    house = open_house()
    _, company_id = known_company(house, company)
    made = _made(house, company_id, fields, by)
    _deliver(output, lambda path: shutil.copyfile(made, path))


def _made(house: House, company_id: str, fields: Mapping[str, object], by: Dimension | None) -> Path:
    """The finished report, made here unless another process is at it."""
    worker = house.worker()
    while True:
        request_id, _ = house.reception.submit(company_id, fields, by)
        worker.run_one(request_id)
        stored = house.reception.look(company_id, request_id)
        if stored.status is Status.FAILED:
            raise InternalError(f"The report of request {request_id} could not be made: {stored.reason}")
        if stored.status is Status.COMPLETE:
            if house.artifacts.is_whole(company_id, request_id, stored.content):
                return house.artifacts.path(company_id, request_id, stored.content)
            # Somebody deleted or changed the file: the next round makes it anew.
            house.requests.make_again(stored)
        time.sleep(0.1)


def explain(
    fields: Mapping[str, object],
    column: str,
    row: Mapping[str, str | None],
    output: Path | None,
    company: str | None,
    by: Dimension | None = None,
) -> None:
    """Write the records behind a figure, and say how many they are."""
    house = open_house()
    _, company_id = known_company(house, company)
    explainer = Explainer(house.reception, house.maker())
    made: list[Made] = []
    _deliver(output, lambda path: made.append(explainer.explain(company_id, fields, column, row, path, by)))
    told.print(f"{made[0].rows} records stand behind {column}.", markup=False)


def named_values(pairs: Sequence[str]) -> dict[str, str]:
    """`name=value` pairs as a mapping; raises BadRequest for another form."""
    for pair in pairs:
        if "=" not in pair:
            raise BadRequest(f"--row: got {pair!r}; accepted: name=value, such as hour=9.")
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}


def dictionary() -> None:
    """Print what every column says."""
    print(markdown())  # noqa: T201 - the result


def _deliver(output: Path | None, write: Callable[[Path], object]) -> None:
    """Let `write` fill the file, which is whole or not there; without a file, print it."""
    if output is None:
        with tempfile.TemporaryDirectory() as folder:
            draft = Path(folder) / "report.csv"
            write(draft)
            with draft.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
        return
    draft = output.with_name(f".{output.name}.part")
    try:
        write(draft)
        draft.replace(output)
    except OSError as error:
        raise BadRequest(f"-o: {output} cannot be written ({error.strerror}).") from None
    finally:
        draft.unlink(missing_ok=True)
