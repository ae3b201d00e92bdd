"""The commands on API keys."""

from typing import Annotated

import typer

from busyhour import key_commands
from busyhour.cli.options import Company, NamedCompany

__all__ = ["key_app"]

key_app = typer.Typer(help="API keys.", no_args_is_help=True)


@key_app.command("new")
def key_new(company: NamedCompany) -> None:
    """Make an API key for a company; it is shown once, on the last line."""
    key_commands.new_key(company)


@key_app.command("list")
def key_list(company: Company = None) -> None:
    """Print a company's keys by their ids; a key itself is not kept."""
    key_commands.list_keys(company)


@key_app.command("remove")
def key_remove(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="What `key list` shows.")], company: Company = None
) -> None:
    """Let a key open nothing any more, and end the sessions that it opened."""
    key_commands.remove_key(key_id, company)
