"""What is deployed fits the code: settings, ports, versions, metrics; its health check works."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from app import __version__
from app.serving.connections import COUNTERS
from app.serving.meter import Meter
from app.serving.metrics import EVENTS, ServiceCollector
from app.settings import PROJECT, Settings, check_names

from .conftest import serve
from .test_observing import free_ports
from .test_stop import serve as serve_process

FILES = [PROJECT / "Dockerfile", PROJECT / "docs" / "operating.md", *(PROJECT / "deploy").iterdir()]
OPERATING = (PROJECT / "docs" / "operating.md").read_text("utf-8")
# All that a container of the image imports.
SERVED = (
    "app.cli",
    "app.main",
    "app.serving.server",
    "app.serving.metrics",
    "app.serving.agents.stdio",
)
DOCKERFILE = (PROJECT / "Dockerfile").read_text("utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    assert check_names(re.findall(r"\bHER2_[A-Z_]+\b", path.read_text("utf-8"))) == []


def test_the_guide_names_every_setting_and_every_metric(tiny: Settings) -> None:
    for name in Settings.model_fields:
        assert f"`HER2_{name.upper()}`" in OPERATING
    live = serve(tiny).service.live
    registry = CollectorRegistry()
    meter = Meter()
    meter.count("GET", 200, 1, 0.1)
    registry.register(ServiceCollector(live, meter, 9100))
    text = generate_latest(registry).decode()
    names = {re.sub("_(bucket|sum|count|created)$", "", name)
             for name in re.findall(r"^(her2_\w+)", text, re.M)}  # fmt: skip
    assert names == {name for name in re.findall(r"\bher2_\w+", OPERATING) if name != "her2_facts"}
    assert EVENTS.keys() == vars(COUNTERS).keys()


def test_images_have_exact_tags_and_ours_the_version_of_the_package() -> None:
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)
    compose = yaml.safe_load((PROJECT / "deploy" / "compose.yaml").read_text("utf-8"))
    images += [service["image"] for service in compose["services"].values()]
    manifest = yaml.safe_load_all((PROJECT / "deploy" / "kubernetes.yaml").read_text("utf-8"))
    pods = [item["spec"]["template"]["spec"] for item in manifest if item["kind"] == "Deployment"]
    images += [container["image"] for pod in pods for container in pod["containers"]]
    assert len(images) == 6
    for image in images:
        name, _, tag = image.partition(":")
        assert re.match(r"\d+\.\d+\.\d+", tag), image
        assert name != "her2-facts" or tag == __version__


def test_the_health_check_asks_the_port_that_is_set(environment: dict[str, str]) -> None:
    (script,) = re.findall(r'CMD \["python", "-c", "(.*)"\]', DOCKERFILE)
    port = free_ports()

    def check(**settings: str) -> int:
        command = [sys.executable, "-c", script]
        environment = os.environ | settings
        return subprocess.run(command, env=environment, stderr=subprocess.DEVNULL).returncode

    with serve_process(environment) as server:
        assert check(HER2_PORT=str(server.port)) == 0
        assert check(HER2_PORT=str(port)) == 1


def test_the_wheel_has_every_package_with_seed_and_migrations() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["setuptools"]["packages"]
    folders = [path.parent.relative_to(PROJECT) for path in (PROJECT / "app").rglob("__init__.py")]
    inside = {"app.migrations", "app.migrations.versions", "app.seed"}
    assert set(packages) == {".".join(folder.parts) for folder in folders} | inside


def test_nothing_is_missing_that_the_image_takes_out() -> None:
    removed = DOCKERFILE.partition("uninstall --yes")[2].partition("&&")[0]
    names = set(removed.replace("\\", " ").split())
    modules = [
        module
        for module, packages in packages_distributions().items()
        if names & {package.lower() for package in packages}
    ]
    assert len(modules) >= len(names)
    script = f"import sys; sys.modules |= dict.fromkeys({modules!r}); import {', '.join(SERVED)}"
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)
