"""Where requests are received: from what a client said to a request row, and how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from busyhour.domain.ask import Ask, read_ask
from busyhour.domain.clock import Clock, micros
from busyhour.domain.dimensions import Dimension
from busyhour.domain.directory import Kind
from busyhour.domain.requests import AskedBy, Figure, Request, Target, resolve
from busyhour.errors import BadRequest, NotFound
from busyhour.reports.figures import behind
from busyhour.reports.registry import form_of
from busyhour.store.directory import Directory
from busyhour.store.requests import Requests, Stored
from busyhour.store.table_state import TableState

__all__ = ["Reception"]


@dataclass(frozen=True, slots=True)
class Reception:
    """The one road by which HTTP and the command line ask for reports."""

    directory: Directory
    requests: Requests
    clock: Clock
    state: TableState

    def submit(self, company_id: str, fields: Mapping[str, Any], by: Dimension | None = None) -> tuple[str, bool]:
        """The request's id and whether it had been started already; raises BadRequest, NotFound.

        `by` is never a client's of the API: its fields do not hold it.
        """
        return self.queue(company_id, self.resolve(company_id, fields, by))

    def queue(self, company_id: str, request: Request, asked_by: AskedBy = AskedBy.SOMEBODY) -> tuple[str, bool]:
        """The id of what was resolved, and whether it had been started already."""
        return self.requests.submit(company_id, request, micros(self.clock()), asked_by)

    def resolve(
        self, company_id: str, fields: Mapping[str, Any], by: Dimension | None = None, figure: Figure | None = None
    ) -> Request:
        """What a client means, now and in this company; raises BadRequest, NotFound."""
        ask = read_ask(fields)
        if by is not None and fields.get("group_by") is not None:
            raise BadRequest(f"group_by: got {ask.group_by!r} beside by {by.value!r}; accepted: one of the two.")
        request = resolve(ask, self._target(company_id, ask), self.clock(), by, figure)
        form_of(request)
        if figure is not None:
            behind(request, figure)
        self._check_office(company_id, request)
        return request

    def look(self, company_id: str, request_id: str) -> Stored:
        """How far a request is; raises NotFound for another company's, an expired and an unknown one."""
        found = self.find(company_id, request_id)
        if found is None:
            raise NotFound(f"Request with id {request_id} not found.")
        return found

    def find(self, company_id: str, request_id: str) -> Stored | None:
        """How far a request is; None for another company's, an expired and an unknown one."""
        return self.requests.find(company_id, request_id, micros(self.clock()))

    def as_of(self, stored: Stored) -> int | None:
        """As of when a request's figures are (µs): its result's, else what its tier shows now, if anything."""
        if stored.as_of is not None:
            return stored.as_of
        pin = self.state.pinned(stored.company_id, stored.request.tier)
        return None if pin is None else pin.as_of

    def _target(self, company_id: str, ask: Ask) -> Target | None:
        if ask.target_id is None:
            return None
        return self.directory.target(company_id, ask.target_kind, ask.target_id)

    def _check_office(self, company_id: str, request: Request) -> None:
        if request.scope.office_id is not None:
            self.directory.target(company_id, Kind.OFFICE, request.scope.office_id)
