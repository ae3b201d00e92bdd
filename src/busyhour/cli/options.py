"""The options that many commands have."""

from typing import Annotated

import typer

__all__ = ["Company", "NamedCompany"]

Company = Annotated[str | None, typer.Option(help="The company's name; a home with one company needs none.")]
NamedCompany = Annotated[str, typer.Option("--company", help="The company's name; it is made if need be.")]
