"""What stands around the server: Compose, Prometheus and Grafana name only what there is."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from lesion.drawings import KINDS
from lesion.drift import LARGE, LEAST
from server.config import Config
from server.services import services_of
from tests.server.asking import as_form
from tools.generate_docs import ADD_ON

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy/prometheus"
RULES = yaml.safe_load((PROMETHEUS / "rules.yml").read_text())
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
APP = json.loads((ROOT / "app.json").read_text())
HEROKU = yaml.safe_load((ROOT / "heroku.yml").read_text())
DASHBOARD = json.loads((ROOT / "deploy/grafana/dashboards/lesion.json").read_text())

NAME = re.compile(r"\b(?:lesion|process)[_:][a-z0-9_:]+")
LABELS = re.compile(r"\b(?:by|on|group_left)\s*\(([a-z_, ]*)\)|([a-z_]+)\s*(?:=~|!=|=)\s*\"")
SUFFIXES = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"], "info": ["_info"]}


def rules() -> Iterator[dict[str, str]]:
    for group in RULES["groups"]:
        yield from group["rules"]


def expressions() -> Iterator[str]:
    """Everything that Prometheus is asked, by itself or by Grafana."""
    yield from (rule["expr"] for rule in rules())
    yield from (target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", []))
    yield from (annotation["expr"] for annotation in DASHBOARD["annotations"]["list"])
    for variable in DASHBOARD["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["query"]["query"]


@pytest.fixture(scope="module")
def client(make_client: Callable[..., FlaskClient], tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client of a server with all that can be measured, the record too."""
    return make_client(database_url=f"sqlite:///{tmp_path_factory.mktemp('record')}/record.db")


@pytest.fixture(scope="module")
def labels(client: FlaskClient) -> set[str]:
    """Labels of what the server tells once it has done a little of everything."""
    picture = client.get(f"/api/samples/drawing-{KINDS[0]}").data
    assert as_form(client, picture).status_code == 200
    events = {"Accept": "text/event-stream"}
    form = {"file": (io.BytesIO(picture), "picture.jpg")}
    assert client.post("/api/explanations", data=form, headers=events).text
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {label for family in families for sample in family.samples for label in sample.labels}


def test_every_metric_that_is_asked_for_exists(client: FlaskClient) -> None:
    families = services_of(client.application).exposition.collect()
    known = {
        f"{family.name}{suffix}" for family in families for suffix in SUFFIXES.get(family.type, [""])
    } | {rule["record"] for rule in rules() if "record" in rule}
    asked = {name for expression in expressions() for name in NAME.findall(expression)}
    assert len(asked) > 20
    assert asked <= known


def test_every_label_that_is_asked_for_exists(labels: set[str]) -> None:
    asked = {
        label.strip()
        for expression in expressions()
        for listed, matched in LABELS.findall(expression)
        for label in (listed.split(",") if listed else [matched])
        if label.strip()
    }
    # The last of these are Prometheus' own, or of API keys, which this server has none of.
    assert asked <= labels | {"alertstate", "instance", "job", "key"}


def test_every_metric_of_the_server_is_on_the_dashboard(client: FlaskClient) -> None:
    shown = " ".join(expressions())
    families = {family.name for family in services_of(client.application).exposition.collect()}
    told_otherwise = {
        *("lesion_build", "lesion_probability_psi"),
        *("process_virtual_memory_bytes", "process_start_time_seconds", "process_max_fds"),
    }
    assert {family for family in families if family not in shown} <= told_otherwise


def test_alerts_are_shown_whichever_replica_is_chosen() -> None:
    (panel,) = (
        panel
        for panel in DASHBOARD["panels"]
        if any("ALERTS" in target["expr"] for target in panel.get("targets", []))
    )
    assert [target["expr"] for target in panel["targets"]] == ['ALERTS{alertstate="firing"}']
    assert panel["fieldConfig"]["defaults"]["noValue"]


def test_panels_do_not_overlap_and_say_how_to_read_them() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells
        if panel["type"] != "row":
            assert panel["description"].endswith(".")
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize(
    "rule", [rule for rule in rules() if "alert" in rule], ids=lambda rule: rule["alert"]
)
def test_an_alert_says_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert rule["annotations"].keys() == {"summary", "action"}


def test_rules_draw_the_lines_that_the_server_draws() -> None:
    expressions = {rule.get("record", rule.get("alert")): rule["expr"].strip() for rule in rules()}
    for days in ("7d", "30d"):
        assert expressions[f"lesion:probability_psi:{days}"].endswith(f">= {LEAST}")
    assert expressions["LesionDrift"] == f"lesion:probability_psi:7d > {LARGE}"


@pytest.mark.skipif(
    "NEED_PROMTOOL" not in os.environ and shutil.which("promtool") is None,
    reason="Prometheus' own checker is not installed",
)
@pytest.mark.parametrize(
    "check", [["check", "config", "prometheus.yml"], ["test", "rules", "rules_test.yml"]]
)
def test_prometheus_agrees(check: list[str]) -> None:
    program = shutil.which("promtool")
    assert program, "Prometheus' own checker is not installed: install the package prometheus"
    run = subprocess.run(
        [program, *check], cwd=PROMETHEUS, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_prometheus_asks_the_server_where_it_listens() -> None:
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    (job,) = config["scrape_configs"]
    (target,) = job["dns_sd_configs"]
    assert set(target["names"]) <= set(SERVICES)
    assert f"PORT={target['port']}" in (ROOT / "Dockerfile").read_text()
    assert SERVICES["server"]["ports"][0].endswith(f":{target['port']}")
    assert config["rule_files"] == ["rules.yml"]
    # Names of servers that share two networks have two addresses each.
    common = set(SERVICES["prometheus"]["networks"]) & set(SERVICES["server"]["networks"])
    assert len(common) == 1


def test_grafana_finds_prometheus_and_the_dashboard() -> None:
    sources = yaml.safe_load((ROOT / "deploy/grafana/datasources/prometheus.yaml").read_text())
    assert sources["datasources"][0]["url"] == "http://prometheus:9090"
    provider = yaml.safe_load((ROOT / "deploy/grafana/dashboards/lesion.yaml").read_text())["providers"][0]
    mounted = dict(volume.split(":")[:2] for volume in SERVICES["grafana"]["volumes"])["./deploy/grafana"]
    home = SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert provider["options"]["path"] == f"{mounted}/dashboards"
    assert home == f"{mounted}/dashboards/lesion.json"


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_watched_and_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert "healthcheck" in service or (
        name == "server" and "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()
    )
    assert service["restart"] == "unless-stopped"
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    if "image" in service and "build" not in service:
        assert re.fullmatch(r"[a-z/]+:v?\d+[.\w-]*", service["image"]), (
            "an image without a version changes by itself"
        )


def test_only_the_page_can_be_opened_to_others() -> None:
    for name, service in SERVICES.items():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:" if name != "server" else "${PUBLISH:-127.0.0.1:5000}:")
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert SERVICES["database"]["networks"] == SERVICES["redis"]["networks"] == ["back"]


def test_volumes_and_mounted_files_are_there() -> None:
    mounts = [mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])]
    named = {mount for mount in mounts if not mount.startswith(".")}
    assert named == set(COMPOSE["volumes"])
    assert all((ROOT / mount).is_dir() for mount in mounts if mount.startswith("."))


def test_who_changes_the_time_limit_can_change_the_time_for_a_stop() -> None:
    found = re.fullmatch(r"\$\{STOP_GRACE:-(\d+)s\}", SERVICES["server"]["stop_grace_period"])
    assert found
    assert int(found[1]) >= Config().request_timeout + 5


def test_the_database_of_heroku_is_an_option() -> None:
    """Heroku attaches what `addons` of app.json lists, and charges for it, without asking."""
    assert "addons" not in APP
    assert APP["env"]["DATABASE_URL"]["required"] is False
    assert "value" not in APP["env"]["DATABASE_URL"]
    assert APP["env"]["DATABASE_URL"]["description"].endswith(ADD_ON)
    (add_on,) = HEROKU["setup"]["addons"]  # for `heroku create --manifest`, which asks for it
    assert add_on["as"] == "DATABASE"  # and so DATABASE_URL
    command = f"heroku addons:create {add_on['plan']}"
    assert f"`{command}`" in ADD_ON
    assert f"\n{command}\n" in (ROOT / "docs/deployment.md").read_text()


def test_heroku_builds_and_runs_the_same_container() -> None:
    assert APP["stack"] == "container"
    assert set(HEROKU["build"]["docker"]) == set(APP["formation"]) == {"web"}
    assert (ROOT / HEROKU["build"]["docker"]["web"]).is_file()
    assert "run" not in HEROKU  # so that the Dockerfile's command is what runs


def test_no_password_has_a_default() -> None:
    text = (ROOT / "compose.yaml").read_text()
    passwords = re.findall(r"\$\{(\w*PASSWORD\w*)([^}]*)\}", text)
    assert {name for name, _ in passwords} == {"POSTGRES_PASSWORD", "GRAFANA_PASSWORD"}
    assert all(rest.startswith(":?") for _, rest in passwords)


def test_every_variable_of_compose_is_explained() -> None:
    documented = (ROOT / "docs/deployment.md").read_text()
    variables = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    assert {name for name in variables if f"`{name}`" not in documented} == set()


def test_compose_sets_only_what_the_server_reads() -> None:
    known = {field.encode_name for field in msgspec.structs.fields(Config)}
    assert {line.partition("=")[0] for line in SERVICES["server"]["environment"]} <= known
