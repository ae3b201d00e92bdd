"""What is said where the engine that is set up cannot be had."""

from pathlib import Path

import pytest

from busyhour.engine import distributed
from busyhour.engine.decider import Engines
from busyhour.errors import BadRequest
from busyhour.settings import Settings, read_settings
from busyhour.wiring import House


@pytest.mark.parametrize("url", ["spark://host:7077", "sc://", "sc:// host", "duckdb", "http://host:15002"])
def test_what_is_no_engine_is_named(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("BUSYHOUR_ENGINE", url)
    with pytest.raises(BadRequest, match=r"^BUSYHOUR_ENGINE: got "):
        read_settings()


@pytest.mark.parametrize("url", ["embedded", "sc://host", "sc://10.0.0.7:15002", "sc://host:443/;use_ssl=true;token=x"])
def test_an_engine_is_embedded_or_a_connect_server(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("BUSYHOUR_ENGINE", url)
    assert read_settings().engine == url


def test_the_extra_that_is_not_there_is_named_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distributed, "find_spec", lambda _name: None)
    house = House(Settings(home=tmp_path / "home", engine="sc://host:15002"))
    for step in (house.prepare, house.engines, lambda: distributed.spark_versions("sc://host:15002")):
        with pytest.raises(BadRequest, match=r"busyhour\[spark\]"):
            step()
    assert not (tmp_path / "home").exists()


def test_without_a_cluster_there_is_one_engine(tmp_path: Path) -> None:
    engines = House(Settings(home=tmp_path)).engines()
    assert engines == Engines(engines.embedded, None, 0)
