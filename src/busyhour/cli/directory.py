"""The commands on offices, groups and people."""

from pathlib import Path
from typing import Annotated

import typer

from busyhour import directory_commands
from busyhour.cli.options import Company, NamedCompany

__all__ = ["directory_app"]

directory_app = typer.Typer(help="Offices, groups, people.", no_args_is_help=True)


@directory_app.command("import")
def directory_import(
    file: Annotated[Path, typer.Argument(help="YAML or CSV, plain or gzip.")],
    company: NamedCompany,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
) -> None:
    """Take over what a file says of a company's offices, groups and people, whole or not at all."""
    directory_commands.import_directory(file, company, dry_run=dry_run)


@directory_app.command("export")
def directory_export(company: Company = None) -> None:
    """Print the directory as YAML that can be imported again."""
    directory_commands.export_directory(company)


@directory_app.command("show")
def directory_show(company: Company = None) -> None:
    """Print the directory as a tree."""
    directory_commands.show_directory(company)


@directory_app.command("adopt")
def directory_adopt(company: Company = None) -> None:
    """Make what events told the company's own word, which later events do not overwrite."""
    directory_commands.adopt_directory(company)
