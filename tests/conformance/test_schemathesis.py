"""Generated requests, good and bad, against the vendor's description of its two operations and against our own."""

import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from conformance.conftest import Served

VENDOR = Path(__file__).with_name("vendor_stats_openapi.json")
VENDOR_LOOK_UPS = Path(__file__).with_name("vendor_directory_openapi.json")
CONFIG = Path(__file__).with_name("schemathesis.toml")
VENDOR_CHECKS = "not_a_server_error,content_type_conformance,response_schema_conformance"


def _run(served: Served, *arguments: str) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run", *arguments]
    done = subprocess.run(
        [*command, "-H", f"Authorization: Bearer {served.key}", "--generation-deterministic"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_vendors_two_operations(served: Served) -> None:
    _run(served, str(VENDOR), "--url", served.url, "--checks", VENDOR_CHECKS, "-n", "40")


@pytest.mark.prove
def test_the_vendors_look_ups(served: Served) -> None:
    _run(served, str(VENDOR_LOOK_UPS), "--url", served.url, "--checks", VENDOR_CHECKS, "-n", "10")


@pytest.mark.prove
def test_our_own_description_with_all_checks(served: Served) -> None:
    _run(served, f"{served.url}/openapi.json", "-n", "40")


ENVELOPED = {
    "an unknown field's value": ({"stat_type": "nonsense", "export_type": "stats"}, 400),
    "nothing": ({}, 400),
    "a list": ([1], 400),
    "another's target": (
        {"stat_type": "calls", "export_type": "stats", "target_id": 1, "target_type": "user"},
        404,
    ),
}


@pytest.mark.parametrize("said", ENVELOPED)
def test_errors_come_in_the_envelope(served: Served, said: str) -> None:
    body, code = ENVELOPED[said]
    answer = httpx2.post(f"{served.url}/api/v2/stats", json=body, headers={"Authorization": f"Bearer {served.key}"})
    assert answer.status_code == code
    error = answer.json()["error"]
    assert set(error) == {"code", "errors", "message"}
    assert error["code"] == code
    assert error["errors"][0]["message"] == error["message"]
