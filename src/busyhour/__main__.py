"""`python -m busyhour` is the command line."""

from busyhour.cli import main

main()
