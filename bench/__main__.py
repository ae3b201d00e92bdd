"""`python -m bench`: every measurement, or one by its name."""

import argparse
from pathlib import Path

from bench import answers, ingest, page, refresh, reports, scale, soak

parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
parser.add_argument(
    "what",
    nargs="?",
    choices=["reports", "refresh", "ingest", "answers", "page", "soak", "scale"],
    help="which measurement; without it all but scale",
)
parser.add_argument("--rows", type=int, default=10_000_000, help="reports, scale: legs over a year")
parser.add_argument("--seconds", type=int, default=600, help=f"soak: how long, at least {soak.SHORTEST}")
parser.add_argument("--engine", help="scale: a Spark Connect server, sc://HOST:PORT, in place of DuckDB")
parser.add_argument("--folder", type=Path, default=Path("var/bench"), help="where the data is kept between runs")
arguments = parser.parse_args()
if arguments.seconds < soak.SHORTEST:
    parser.error(f"--seconds: got {arguments.seconds}; accepted: {soak.SHORTEST} and more.")
folder = arguments.folder.absolute()
folder.mkdir(parents=True, exist_ok=True)
if arguments.what in (None, "reports"):
    reports.run(folder, arguments.rows)
if arguments.what in (None, "refresh"):
    refresh.run(folder)
if arguments.what in (None, "ingest"):
    ingest.run(folder)
if arguments.what in (None, "answers"):
    answers.run(folder)
if arguments.what in (None, "page"):
    page.run(folder)
if arguments.what in (None, "soak"):
    soak.run(folder, arguments.seconds)
if arguments.what == "scale":
    scale.run(folder, arguments.rows, arguments.engine)
