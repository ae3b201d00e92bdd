"""`python -m bench`: every measurement, or one by its name."""

import argparse
from pathlib import Path

from bench import reports

parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
parser.add_argument("what", nargs="?", choices=["reports"], help="which measurement; all without it")
parser.add_argument("--rows", type=int, default=10_000_000, help="legs over a year")
parser.add_argument("--folder", type=Path, default=Path("var/bench"), help="where the data is kept between runs")
arguments = parser.parse_args()
arguments.folder.mkdir(parents=True, exist_ok=True)
reports.run(arguments.folder.absolute(), arguments.rows)
