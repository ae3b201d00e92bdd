"""A client at the application, in process: one company's key, and a worker to run by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.testclient import TestClient

from busyhour.domain.clock import micros
from houses import House, company_of

STATS = "/api/v2/stats"
CALLS = {"export_type": "stats", "stat_type": "calls"}
"""The least that a client may ask for."""


@dataclass(frozen=True)
class Door:
    """One company's way in."""

    house: House
    http: TestClient
    key: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def of(self, company: str) -> "Door":
        """The same application for another company."""
        return Door(self.house, self.http, new_key(self.house, company))

    def send(self, content: bytes, **headers: str) -> Any:
        """The answer to a POST of just these bytes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(STATS, content=content, headers=self.bearer | named)

    def post(self, fields: Mapping[str, Any]) -> Any:
        """The answer to a POST."""
        return self.http.post(STATS, json=dict(fields), headers=self.bearer)

    def start(self, fields: Mapping[str, Any]) -> tuple[str, bool]:
        """What a POST that is accepted says."""
        answer = self.post(fields)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert set(said) == {"request_id", "already_started"}
        return said["request_id"], said["already_started"]

    def id_of(self, fields: Mapping[str, Any]) -> str:
        """The id of the request that these fields mean."""
        return self.start(fields)[0]

    def get(self, request_id: str) -> Any:
        """The answer to a GET."""
        return self.http.get(f"{STATS}/{request_id}", headers=self.bearer)

    def status(self, request_id: str) -> str:
        """How far a request is."""
        answer = self.get(request_id)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["status"])

    def make(self, fields: Mapping[str, Any]) -> str:
        """The id of a request, whose report is made by the worker."""
        request_id = self.id_of(fields)
        self.house.worker().run_one(request_id)
        return request_id

    def link(self, request_id: str) -> str:
        """The download link of a finished report."""
        said = self.get(request_id).json()
        assert said["status"] == "complete", said
        return str(said["download_url"])

    def csv(self, fields: Mapping[str, Any]) -> bytes:
        """The bytes of a report, fetched with no key."""
        answer = self.http.get(self.link(self.make(fields)))
        assert answer.status_code == 200
        return bytes(answer.content)

    def lines(self, fields: Mapping[str, Any]) -> list[str]:
        """The lines of a report, its header first."""
        return self.csv(fields).decode("utf-8").splitlines()


def new_key(house: House, company: str) -> str:
    return house.access.new_key(company_of(house, company), micros(house.clock()))


def refusal(answer: Any, code: int, reason: str) -> str:
    """The message of an error in the vendor's envelope, which is checked whole."""
    assert answer.status_code == code, answer.text
    assert answer.headers["content-type"] == "application/json"
    error = answer.json()["error"]
    assert set(answer.json()) == {"error"}
    assert set(error) == {"code", "errors", "message"}
    assert error["code"] == code
    assert error["errors"] == [{"domain": "global", "message": error["message"], "reason": reason}]
    assert "Traceback" not in answer.text
    return str(error["message"])
