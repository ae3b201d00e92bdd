"""The vendor's Python SDK against the demo: what it downloads is what every figure is compared with."""

import time
from collections.abc import Mapping
from typing import Any

import httpx2
from dialpad import DialpadClient

from pages.demo import Demo


def downloaded(demo: Demo, fields: Mapping[str, Any]) -> bytes:
    """The file of a request."""
    client = DialpadClient(token=demo.key, base_url=demo.url)
    try:
        started = client.stats.initiate_processing(dict(fields))
        result = client.stats.get_result(started["request_id"])
        while result["status"] == "processing":
            time.sleep(0.2)
            result = client.stats.get_result(started["request_id"])
    finally:
        client._session.close()
    assert result["status"] == "complete"
    return httpx2.get(result["download_url"]).content
