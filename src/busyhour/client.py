"""A client for any Stats API server, the vendor's or ours; it behaves as the vendor's guide advises."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import httpx2
import stamina

__all__ = ["StatsClient", "StatsError"]

_FIRST_WAIT = 15.0
_NEXT_WAIT = 5.0
_PASSING = (httpx2.NetworkError, httpx2.TimeoutException, httpx2.RemoteProtocolError)


class StatsError(Exception):
    """The server said no, or could not be asked; the message says what it said."""


class StatsClient:
    """Starts reports and waits for them, within a `with`; a POST is never sent twice.

    Raises StatsError for a URL or a key that HTTP cannot carry.
    """

    def __init__(self, url: str, key: str, sleep: Callable[[float], None] = time.sleep) -> None:
        try:
            self._http = httpx2.Client(
                base_url=url.rstrip("/"),
                headers={"Authorization": f"Bearer {key}"},
                timeout=60,
                follow_redirects=True,
            )
        except (httpx2.InvalidURL, UnicodeEncodeError) as error:
            raise StatsError(f"{url} cannot be asked with this key: {error}.") from None
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def report(self, fields: Mapping[str, Any], path: Path, told: Callable[[str], None] = lambda _: None) -> None:
        """Start a report, wait for it, and write its CSV to a file; raises StatsError."""
        started = self._post(fields)
        request_id = _said(started, "request_id")
        told(f"request {request_id}")
        wait = _wait_of(started, _FIRST_WAIT)
        while True:
            self._sleep(wait)
            answer = self._get(f"/api/v2/stats/{request_id}")
            if answer.status_code == 429:
                wait = _wait_of(answer, _NEXT_WAIT)
                continue
            status = _said(_checked(answer), "status")
            if status == "complete":
                self._download(_said(answer, "download_url"), path)
                return
            if status == "failed":
                raise StatsError(f"The server could not make the report of request {request_id}.")
            told(status)
            wait = _wait_of(answer, _NEXT_WAIT)

    def _post(self, fields: Mapping[str, Any]) -> httpx2.Response:
        try:
            return _checked(self._http.post("/api/v2/stats", json=dict(fields)))
        except httpx2.HTTPError as error:
            raise StatsError(f"{self._http.base_url} could not be asked: {error}.") from error

    def _get(self, url: str) -> httpx2.Response:
        try:
            for attempt in stamina.retry_context(on=_PASSING, attempts=4, wait_initial=0.5):
                with attempt:
                    return self._http.get(url)
        except httpx2.HTTPError as error:
            raise StatsError(f"{url} could not be fetched: {error}.") from error
        raise StatsError(f"{url} could not be fetched.")

    def _download(self, url: str, path: Path) -> None:
        # The link stands alone and may lead to another host: the key stays here.
        try:
            with httpx2.stream("GET", url, timeout=60, follow_redirects=True) as answer:
                if answer.is_error:
                    answer.read()
                _checked(answer)
                with path.open("wb") as file:
                    for chunk in answer.iter_bytes():
                        file.write(chunk)
        except httpx2.HTTPError as error:
            raise StatsError(f"The report could not be downloaded: {error}.") from error


def _wait_of(answer: httpx2.Response, otherwise: float) -> float:
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isdigit() else otherwise


def _checked(answer: httpx2.Response) -> httpx2.Response:
    if answer.is_error:
        raise StatsError(f"{answer.status_code}: {_message(answer)}")
    return answer


def _said(answer: httpx2.Response, field: str) -> str:
    try:
        return str(answer.json()[field])
    except (ValueError, KeyError, TypeError):
        raise StatsError(f"{answer.url} did not answer as a Stats API: no {field} in {answer.text[:80]!r}.") from None


def _message(answer: httpx2.Response) -> str:
    try:
        return str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:200]
