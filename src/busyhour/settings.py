"""Every setting: its name (in the environment with BUSYHOUR_ before it), its default, its sentence."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from busyhour.domain.periods import Tier
from busyhour.errors import BadRequest

__all__ = ["EMBEDDED", "Settings", "read_settings"]

EMBEDDED = "embedded"
"""The engine in our own processes."""


class Settings(BaseSettings):
    """What an operator may choose; read once, at start."""

    model_config = SettingsConfigDict(env_prefix="BUSYHOUR_", frozen=True, env_ignore_empty=True)

    home: Path = Field(
        default=Path("~/.busyhour"),
        description="The folder that holds everything: state, inbox, tables, artifacts.",
    )
    now: AwareDatetime | None = Field(
        default=None,
        description="An instant at which the business clock stands still; for tests and old data.",
    )
    storage: str | None = Field(
        default=None,
        description="Where tables, inbox and artifacts stand: s3://BUCKET/PREFIX, gs://… or az://…; the home folder by "
        "default.",
    )
    cache_bytes: int = Field(
        default=10_000_000_000, ge=0, description="How much of the storage's table files is kept in the home folder."
    )
    downloads: Literal["relay", "signed"] = Field(
        default="relay",
        description="Who gives finished reports out of the storage: this server (relay) or itself, by its signed links "
        "(signed).",
    )
    database: str | None = Field(
        default=None,
        description="The state database's URL, such as postgresql+psycopg://…; SQLite in the home folder by default.",
    )
    secret: SecretStr | None = Field(
        default=None,
        description="What links and sessions are signed with, the same on all hosts; by default made once and kept.",
    )
    public_url: str | None = Field(
        default=None,
        description="What download links begin with; by default the address that the client used.",
    )
    limit_post_per_hour: int = Field(default=200, ge=0, description="POSTs of a company in an hour; 0 is no limit.")
    limit_get_per_minute: int = Field(default=1200, ge=0, description="GETs of a company in a minute; 0 is no limit.")
    limit_per_second: int = Field(
        default=0, ge=0, description="Requests of a company in a second; 0 is no limit, 20 is the vendor's."
    )
    max_body_bytes: int = Field(default=1_000_000, ge=1, description="The largest request body taken.")
    max_batch_bytes: int = Field(default=32_000_000, ge=1, description="The largest batch of events taken.")
    api_processes: int = Field(default=1, ge=1, description="Processes that answer HTTP.")
    workers: int = Field(default=2, ge=0, description="Processes that make reports; 0 where other hosts make them.")
    refreshers: int = Field(
        default=1, ge=0, description="Processes that refresh, a company each at a time; 0 where other hosts do."
    )
    worker_memory: str = Field(
        default="1GB",
        pattern=r"(?i)^[0-9]+(\.[0-9]+)? ?[kmgt]i?b$",
        description="Memory of one worker's engine, in the engine's words.",
        examples=["1GB", "500MB"],
    )
    worker_threads: int = Field(default=2, ge=1, description="Threads of one worker's engine.")
    engine: str = Field(
        default=EMBEDDED,
        pattern=rf"^({EMBEDDED}|sc://[^/\s]+(/\S*)?)$",
        description="What runs large reports and refreshes: embedded, or a Spark Connect server as sc://HOST:PORT.",
        examples=[EMBEDDED, "sc://HOST:PORT"],
    )
    spark_bytes: int = Field(
        default=1_000_000_000, ge=0, description="From how many bytes of files to read something runs on that server."
    )
    spark_objects: Literal["sent", "native"] = Field(
        default="sent",
        description="How that server reads an object store: by Python code that is sent, or native, by its own jars.",
    )
    report_seconds: int = Field(default=300, ge=1, description="How long a report may take; then it has failed.")
    metrics_key: str | None = Field(default=None, description="What /metrics asks for as its bearer; open by default.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="From which level on the server logs: debug, info, warning or error."
    )
    log_requests: bool = Field(default=False, description="Whether each request gets a line in the log.")
    refresh_realtime_seconds: int = Field(
        default=1800, ge=1, description="How often what came in is shown by reports of today."
    )
    refresh_historical_seconds: int = Field(
        default=14_400, ge=1, description="How often it is shown by reports of past days."
    )

    @property
    def folder(self) -> Path:
        """The home folder as an absolute path."""
        return self.home.expanduser().absolute()

    @property
    def database_url(self) -> str:
        """The state database's URL."""
        return self.database or f"sqlite:///{self.folder / 'busyhour.db'}"

    @property
    def refresh_seconds(self) -> Mapping[Tier, int]:
        """How long a turn of each tier is."""
        return {Tier.REALTIME: self.refresh_realtime_seconds, Tier.HISTORICAL: self.refresh_historical_seconds}

    @property
    def has_secret_file(self) -> bool:
        """Whether the secret lies in the home folder: it was not chosen, and no PostgreSQL keeps it."""
        return self.secret is None and not self.database_url.startswith("postgresql")

    @property
    def fixed_now(self) -> datetime | None:
        """The instant at which the business clock stands, if it does."""
        return self.now


def read_settings() -> Settings:
    """The settings of this environment; raises BadRequest that names the variable."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        # A pattern tells nobody what to write; examples do.
        examples = Settings.model_fields[name].examples
        expected = f"accepted: {', '.join(map(str, examples))}" if examples else first["msg"].lower()
        raise BadRequest(f"BUSYHOUR_{name.upper()}: got {first['input']!r}; {expected}.") from None
