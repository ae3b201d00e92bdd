"""Clients that ask for reports for as long as they are let, and look at each file that they get."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random
from threading import Event, Thread
from typing import Any

from proof.sending import Account, Line

Fields = Mapping[str, Any]

FIXED = (5, 13)
"""The days ago of which nothing more comes in: a report of them is the same whenever it is made."""


@dataclass(frozen=True)
class Download:
    """A report that was got with 200: what was asked for, and what came."""

    company: str
    fields: Fields
    digest: str
    size: int

    @property
    def is_fixed(self) -> bool:
        """Whether its days were over before the proof began."""
        return bool(int(self.fields.get("days_ago_start", "0")) >= FIXED[0])


@dataclass
class Asker(Thread):
    """Asks for one report after another, of any company; what is not whole is a fault, written down."""

    number: int
    line: Line
    accounts: Sequence[Account]
    stop: Event
    downloads: list[Download] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    broken_off: int = 0

    def __post_init__(self) -> None:
        Thread.__init__(self, name=f"asker {self.number}", daemon=True)
        self._rng = Random(f"asker {self.number}")

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        while not self.stop.is_set():
            account, fields = self._rng.choice(self.accounts), _wanted(self._rng)
            link = self._link(account, fields)
            if link is not None:
                self._fetch(account, fields, link)
        self.line.close()

    def _link(self, account: Account, fields: Fields) -> str | None:
        """Where a report lies once it is made; None where the load ends before, or it has failed."""
        body, key = json.dumps(fields).encode(), {"Authorization": f"Bearer {account.key}"}
        request_id = None
        while not self.stop.wait(0.1):
            if request_id is None:
                request_id = self._said(self.line.post("/api/v2/stats", body, key)).get("request_id")
                continue
            answer = self.line.get(f"/api/v2/stats/{request_id}", key)
            said = self._said(None if answer is None else (answer[0], answer[2]))
            if said.get("status") in ("complete", "failed"):
                link = said.get("download_url")
                return None if link is None else f"/downloads/{str(link).split('/downloads/')[1]}"
        return None

    def _said(self, answer: tuple[int, bytes] | None) -> dict[str, Any]:
        if answer is None:
            return {}
        if answer[0] not in (200, 503):
            self.faults.append(f"{answer[0]}: {answer[1][:200]!r}")
            return {}
        return dict(json.loads(answer[1])) if answer[0] == 200 else {}

    def _fetch(self, account: Account, fields: Fields, link: str) -> None:
        answer = self.line.get(link, {})
        if answer is None:
            # It ended before the length that it announced: a client sees that and asks again.
            self.broken_off += 1
            return
        status, headers, body = answer
        faults = list(wrong_with(status, headers, body))
        self.faults.extend(f"{fields}: {fault}" for fault in faults)
        if not faults:
            company = account.book.company.name
            self.downloads.append(Download(company, fields, sha256(body).hexdigest(), len(body)))


def wrong_with(status: int, headers: Mapping[str, str], body: bytes) -> Iterator[str]:
    """Every sign that a file is not whole."""
    if status != 200:
        yield f"answered {status}: {body[:200]!r}"
        return
    announced = {name.lower(): value for name, value in headers.items()}.get("content-length")
    if announced != str(len(body)):
        yield f"Content-Length says {announced} and {len(body)} bytes came"
    if not body.endswith(b"\n"):
        yield f"the last line does not end: {body[-60:]!r}"
    rows = csv.reader(io.StringIO(body.decode("utf-8"), newline=""))
    width = len(next(rows, []))
    if width < 3:
        yield f"the header has {width} columns"
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            yield f"row {number} has {len(row)} columns, the header {width}"
            return


_ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "America/St_Johns")
_FORMS = (
    *({"stat_type": "calls", "export_type": "stats", "group_by": by} for by in ("user", "date", "group")),
    {"stat_type": "calls", "export_type": "records"},
    {"stat_type": "texts", "export_type": "stats", "group_by": "user"},
    {"stat_type": "onduty", "export_type": "records"},
)


def _wanted(rng: Random) -> Fields:
    """A report that hardly anybody has asked for yet: most are of the days that are over, some of today."""
    fields = dict(rng.choice((*_FORMS[:4], *_FORMS))) | {"timezone": rng.choice(_ZONES)}
    if rng.random() < 0.1:
        return fields | {"is_today": "true"}
    first = rng.randrange(*FIXED) if rng.random() < 0.8 else rng.randrange(0, 4)
    return fields | {"days_ago_start": str(first), "days_ago_end": str(rng.randrange(first, FIXED[1]))}
