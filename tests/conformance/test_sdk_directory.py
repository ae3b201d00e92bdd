"""The vendor's own SDK, unchanged, at our look-ups: as a client goes from the company to a report's target."""

import pytest
import requests
from dialpad import DialpadClient

from conformance.conftest import Served

CENTERS = ["IN", "NE", "NW", "PE", "PS", "TT"]


@pytest.fixture
def client(served: Served) -> DialpadClient:
    return DialpadClient(token=served.key, base_url=served.url)


def test_from_the_company_to_a_call_center(client: DialpadClient) -> None:
    assert client.company.get()["name"] == "Bank"
    (office,) = client.offices.list(active_only=True)
    assert (office["name"], office["timezone"]) == ("Bank", "Asia/Jerusalem")
    centers = list(client.offices.list_call_centers(office["id"]))
    assert sorted(center["name"] for center in centers) == CENTERS
    center = client.call_centers.get(centers[0]["id"])
    assert center == centers[0]
    assert center["alerts"] == {"cc_service_level": 95, "cc_service_level_seconds": 60}
    assert client.call_centers.list_operators(center["id"])["rooms"] == []


def test_the_sdk_reads_pages_to_their_end(client: DialpadClient) -> None:
    call_centers = client.call_centers
    assert sorted(center["name"] for center in call_centers.list()) == CENTERS
    assert [center["name"] for center in call_centers.list(name_search="ps")] == ["PS"]
    # The SDK has no limit of its own for this list; the server reads it from the query all the same.
    small = call_centers._iter_request(method="GET", sub_path="/api/v2/callcenters", params={"limit": 2})
    assert sorted(center["name"] for center in small) == CENTERS


def test_lists_that_are_empty(client: DialpadClient) -> None:
    assert list(client.departments.list()) == []
    assert list(client.rooms.list()) == []
    assert list(client.coaching_teams.list()) == []


def test_somebody_and_nobody(client: DialpadClient) -> None:
    agents = list(client.users.list())
    assert agents
    assert client.users.get(str(agents[0]["id"]))["display_name"] == agents[0]["display_name"]
    with pytest.raises(requests.HTTPError, match="404"):
        client.users.get("1")
