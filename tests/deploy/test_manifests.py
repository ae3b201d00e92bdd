"""What stands in deploy/ is what compose and Kubernetes take, and names settings that there are."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

from busyhour.settings import Settings

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
MANIFESTS = [
    manifest
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    for manifest in yaml.safe_load_all(path.read_text())
]
SETTINGS = {f"BUSYHOUR_{name.upper()}" for name in Settings.model_fields}


def _passes(module: str, *arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, *arguments], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_compose_file_is_of_its_schema() -> None:
    _passes("check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml"))


@pytest.mark.parametrize("path", sorted((DEPLOY / "kubernetes").glob("*.yaml")), ids=lambda path: path.name)
def test_each_manifest_is_of_its_schema_and_says_nothing_unknown(path: Path) -> None:
    _passes("kubernetes_validate", "--strict", str(path))


def test_the_schemas_refuse_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text((DEPLOY / "kubernetes" / "api.yaml").read_text().replace("replicas: 2", "replica: 2"))
    with pytest.raises(AssertionError, match="replica"):
        _passes("kubernetes_validate", "--strict", str(wrong))
    wrong.write_text("services: {api: {imag: x}}")
    with pytest.raises(AssertionError, match="imag"):
        _passes("check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(wrong))


def _variables() -> Iterator[str]:
    for service in COMPOSE["services"].values():
        yield from service.get("environment", ())
    for manifest in MANIFESTS:
        yield from chain(manifest.get("data", ()), manifest.get("stringData", ()))
        yield from (variable["name"] for container in _containers(manifest) for variable in container.get("env", ()))


def _containers(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return list(manifest.get("spec", {}).get("template", {}).get("spec", {}).get("containers", ()))


def test_every_variable_of_ours_is_a_setting() -> None:
    ours = {name for name in _variables() if name.startswith("BUSYHOUR_")}
    assert {"BUSYHOUR_DATABASE", "BUSYHOUR_STORAGE", "BUSYHOUR_ENGINE", "BUSYHOUR_SECRET"} <= ours
    assert ours <= SETTINGS


def test_everything_is_referred_to_by_a_name_that_there_is() -> None:
    named = {(manifest["kind"], manifest["metadata"]["name"]) for manifest in MANIFESTS}
    for container in chain.from_iterable(map(_containers, MANIFESTS)):
        for source in container.get("envFrom", ()):
            kind = {"configMapRef": "ConfigMap", "secretRef": "Secret"}[next(iter(source))]
            assert (kind, *source.popitem()[1].values()) in named
    for manifest in MANIFESTS:
        if manifest["kind"] == "Service":
            labels = manifest["spec"]["selector"].items()
            assert any(labels <= _labels(other).items() for other in MANIFESTS)


def _labels(manifest: dict[str, Any]) -> dict[str, str]:
    return dict(manifest.get("spec", {}).get("template", {}).get("metadata", {}).get("labels", {}))


@pytest.mark.parametrize("part", ["api", "worker", "refresher"])
def test_both_forms_give_a_part_the_same_processes(part: str) -> None:
    (pod,) = [one for one in MANIFESTS if one["kind"] == "Deployment" and one["metadata"]["name"] == part]
    there = {variable["name"]: variable["value"] for variable in _containers(pod)[0]["env"]}
    here = COMPOSE["services"][part]["environment"]
    processes = ("BUSYHOUR_API_PROCESSES", "BUSYHOUR_WORKERS", "BUSYHOUR_REFRESHERS")
    defaults = {name: str(Settings.model_fields[name.removeprefix("BUSYHOUR_").lower()].default) for name in processes}
    assert [there.get(name, defaults[name]) for name in processes] == [
        here.get(name, defaults[name]) for name in processes
    ]
