"""Whatever is posted, the answer is an acceptance or a refusal in the envelope, never a breakdown."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.door import CALLS, Door, new_key, refusal
from api.small_company import NOW, OF_KIND
from busyhour.front import web_app
from houses import new_house

TEXTS = st.one_of(st.text(max_size=20), st.sampled_from(["\ud800", "\x00", "0", "1e999", "UTC", "user", "true"]))
NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([10**18, 10**300, -0.0]))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
LIKELY: dict[str, list[Any]] = {
    "export_type": ["stats", "records"], "stat_type": ["calls", "csat", "onduty"], "group_by": ["date", "group"],
    "days_ago_start": [0, "3", 36_500], "days_ago_end": [0, "9"], "is_today": [True, "false"],
    "timezone": ["Asia/Kolkata"], "office_id": [12, "13"], "target_id": list(OF_KIND.values()),
    "target_type": list(OF_KIND), "coaching_team": [True], "coaching_group": [True],
}  # fmt: skip
ANSWERS = {200: "", 400: "badRequest", 404: "notFound"}


def _fields() -> st.SearchStrategy[dict[str, Any]]:
    likely = {name: st.one_of(st.sampled_from(values), VALUES) for name, values in LIKELY.items()}
    return st.fixed_dictionaries({}, optional=likely)


@pytest.fixture(scope="module")
def a_door(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    home = shutil.copytree(filled_home, tmp_path_factory.mktemp("any") / "home")
    house = new_house(Path(home), NOW, limit_post_per_hour=0)
    with TestClient(web_app(house)) as http:
        yield Door(house, http, new_key(house, "Acme"))
    house.database.close()


def _check(answer: Any) -> None:
    if answer.status_code == 200:
        assert set(answer.json()) == {"request_id", "already_started"}
    else:
        refusal(answer, answer.status_code, ANSWERS[answer.status_code])


@settings(max_examples=300, deadline=None)
@given(fields=_fields())
def test_any_fields(a_door: Door, fields: dict[str, Any]) -> None:
    _check(a_door.send(json.dumps(fields).encode()))


@settings(max_examples=150, deadline=None)
@given(fields=_fields())
def test_any_fields_beside_the_required_ones(a_door: Door, fields: dict[str, Any]) -> None:
    _check(a_door.send(json.dumps(fields | CALLS).encode()))


@settings(max_examples=100, deadline=None)
@given(body=st.one_of(VALUES.map(lambda value: json.dumps(value).encode()), st.binary(max_size=60)))
def test_any_body(a_door: Door, body: bytes) -> None:
    _check(a_door.send(body))


@pytest.mark.parametrize("depth", range(100, 1_100, 50))
def test_any_depth(a_door: Door, depth: int) -> None:
    deep = "[" * depth + "]" * depth
    _check(a_door.send(f'{{"export_type": {deep}, "stat_type": "calls"}}'.encode()))
    _check(a_door.send(f'{{"export_type": "stats", "stat_type": "calls", "office_id": {deep}}}'.encode()))
