"""The commands on endpoints and on the quarantine."""

from typing import Annotated

import typer

from busyhour import ingest_commands
from busyhour.cli.options import Company, NamedCompany

__all__ = ["endpoint_app", "quarantine_app"]

endpoint_app = typer.Typer(help="Where phone systems send their events.", no_args_is_help=True)
quarantine_app = typer.Typer(help="Events that came and were not understood.", no_args_is_help=True)

EndpointName = Annotated[str, typer.Argument(metavar="NAME", help="The endpoint's name, for you.")]
_SIGNED_WITH = "What the phone system signs with."
Secret = Annotated[str, typer.Option(help=_SIGNED_WITH, envvar="BUSYHOUR_ENDPOINT_SECRET")]


@endpoint_app.command("new")
def endpoint_new(
    name: EndpointName,
    company: NamedCompany,
    secret: Annotated[str | None, typer.Option(help=_SIGNED_WITH, envvar="BUSYHOUR_ENDPOINT_SECRET")] = None,
) -> None:
    """Make an endpoint for a company; its URL path is shown once, on the last line."""
    ingest_commands.new_endpoint(name, company, secret)


@endpoint_app.command("list")
def endpoint_list(company: Company = None) -> None:
    """Print a company's endpoints."""
    ingest_commands.list_endpoints(company)


@endpoint_app.command("rotate")
def endpoint_rotate(name: EndpointName, secret: Secret, company: Company = None) -> None:
    """Take a new secret; the one before stays valid until it is retired."""
    ingest_commands.rotate_secret(name, company, secret)


@endpoint_app.command("retire")
def endpoint_retire(name: EndpointName, company: Company = None) -> None:
    """End the old one of two secrets."""
    ingest_commands.retire_secret(name, company)


@endpoint_app.command("remove")
def endpoint_remove(name: EndpointName, company: Company = None) -> None:
    """Close an endpoint; what it took stays."""
    ingest_commands.remove_endpoint(name, company)


HeldId = Annotated[str, typer.Argument(metavar="ID", help="What `quarantine list` shows, or `all`.")]


@quarantine_app.command("list")
def quarantine_list(company: Company = None) -> None:
    """Print what came, why it was not understood, and what stood there instead."""
    ingest_commands.list_held(company)


@quarantine_app.command("show")
def quarantine_show(held_id: HeldId, company: Company = None) -> None:
    """Print a body as it came."""
    ingest_commands.show_held(held_id, company)


@quarantine_app.command("replay")
def quarantine_replay(held_id: HeldId, company: Company = None) -> None:
    """Read it again: what is understood now is taken in with the next refresh."""
    ingest_commands.replay_held(held_id, company)


@quarantine_app.command("drop")
def quarantine_drop(held_id: HeldId, company: Company = None) -> None:
    """Delete it for good."""
    ingest_commands.drop_held(held_id, company)
