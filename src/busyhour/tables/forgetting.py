"""Forgetting: what is chosen goes out of events and rows, old versions, logs, reports and the quarantine."""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from busyhour.domain.periods import Tier
from busyhour.errors import Conflict
from busyhour.store.artifacts import Artifacts
from busyhour.store.forgetting import Forgetting
from busyhour.tables.journal import Journal
from busyhour.tables.refresh import Progress, Refresher, silent
from busyhour.tables.removals import Choice, Holdings, Removal
from busyhour.tables.streams import STREAMS, stream_of
from busyhour.tables.things_removal import removal_of_things

__all__ = ["Forgetter", "Forgotten"]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much goes: events and rows by table, reports that were asked for, bodies in quarantine; and what waits."""

    removed: Mapping[str, int]
    requests: int
    quarantined: int
    waiting: int
    """Batches in the inbox that were not looked into."""


@dataclass(frozen=True, slots=True)
class Forgetter:
    """Forgets for one company at a time, under the lease of its refreshes.

    Stopped anywhere it can be started again, and does the rest: events go after it is written down whose they are and
    which days are to be folded, and everything from there on is done whether or not anything was found.
    """

    refresher: Refresher
    forgetting: Forgetting
    artifacts: Artifacts

    def preview(self, company_id: str, choice: Choice) -> Forgotten:
        """What would go of what is in the tables; nothing is changed."""
        holdings = self._holdings(company_id, lambda: True)
        removals = [*_begun(holdings, self._journal(company_id)), *choice.removals(holdings)]
        return self._account(company_id, choice, removals)

    def forget(self, company_id: str, choice: Choice, as_of: int, progress: Progress = silent) -> Forgotten:
        """Take everything that waits in, then take out what is chosen, and show the rest in both tiers (`as_of` in µs).

        Raises Conflict where another process took the tables over.
        """
        self.refresher.sorter.sort()
        with self.refresher.hold(company_id) as still_ours:
            self.refresher.bring_up(company_id, tuple(Tier), as_of, still_ours, progress)
            forgotten = self._remove(company_id, choice, self._holdings(company_id, still_ours), progress)
            versions = self.refresher.bring_up(company_id, tuple(Tier), as_of, still_ours, progress)
            self._erase(company_id, choice, versions, still_ours, progress)
        return forgotten

    def _remove(self, company_id: str, choice: Choice, holdings: Holdings, progress: Progress) -> Forgotten:
        journal = self._journal(company_id)
        begun = _begun(holdings, journal)
        _carry_out(begun, holdings, progress)
        removals = choice.removals(holdings)
        forgotten = self._account(company_id, choice, [*begun, *removals])
        if any(removal.things for removal in removals):
            journal.write({removal.stream.name: list(removal.things) for removal in removals})
        _carry_out(removals, holdings, progress)
        return forgotten

    def _erase(
        self,
        company_id: str,
        choice: Choice,
        versions: Mapping[str, int],
        still_ours: Callable[[], bool],
        progress: Progress,
    ) -> None:
        """Delete what is not in the tables any more wherever it still lies; the tiers show the rest already."""
        # TRICKY: requests first, files then: whoever makes a report of what was shown before cannot publish it.
        self.forgetting.drop_requests(company_id)
        self.artifacts.remove_all(company_id)
        self.forgetting.drop_quarantined(company_id, self._covered(company_id, choice))
        lake = self.refresher.lake(company_id)
        for number, (table, version) in enumerate(versions.items()):
            progress("erasing", number, len(versions))
            if not still_ours():
                raise Conflict("Another process took the tables over while this one stood still; start it again.")
            lake.erase_past(table, version)
        self._journal(company_id).remove()

    def _account(self, company_id: str, choice: Choice, removals: Sequence[Removal]) -> Forgotten:
        lake = self.refresher.lake(company_id)
        tables = [table for stream in STREAMS for table in (stream.events, stream.table)]
        removed = {table: 0 for table in tables if lake.version(table) is not None}
        for removal in removals:
            for table, count in ((removal.stream.events, removal.events), (removal.stream.table, removal.rows)):
                if count:
                    removed[table] += count
        requests, covered = self.forgetting.requests(company_id), self._covered(company_id, choice)
        return Forgotten(removed, requests, len(covered), len(self.refresher.inbox.sealed(company_id)))

    def _covered(self, company_id: str, choice: Choice) -> list[str]:
        return [
            item.id
            for item in self.forgetting.quarantined(company_id)
            if choice.covers(item.received_at, [item.came, *_texts(item.body)])
        ]

    def _holdings(self, company_id: str, still_ours: Callable[[], bool]) -> Holdings:
        refresher = self.refresher
        lake = refresher.lake(company_id)
        return Holdings(company_id, refresher.engines.embedded, lake, refresher.state, self.forgetting, still_ours)

    def _journal(self, company_id: str) -> Journal:
        return Journal(self.refresher.storage.below(f"companies/{company_id}"))


def _begun(holdings: Holdings, journal: Journal) -> list[Removal]:
    """What a run that was stopped had begun with."""
    return [removal_of_things(holdings, stream_of(name), things) for name, things in journal.read().items()]


def _carry_out(removals: Sequence[Removal], holdings: Holdings, progress: Progress) -> None:
    for number, removal in enumerate(removals):
        progress("forgetting", number, len(removals))
        removal.carry_out(holdings)


def _texts(body: bytes) -> Iterator[str]:
    """A body as text, and where it is a signed token also what it says."""
    yield body.decode("utf-8", "replace")
    parts = body.split(b".")
    if len(parts) == 3:
        with suppress(binascii.Error):
            yield base64.urlsafe_b64decode(parts[1] + b"=" * (-len(parts[1]) % 4)).decode("utf-8", "replace")
