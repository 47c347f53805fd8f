"""Figures at /metrics, and alerts, dashboard and handbook that speak of nothing else."""

import datetime as dt
import json
import logging
import re
from ipaddress import ip_network
from pathlib import Path

import pytest
import yaml
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from greendistrict.core import access, clock, task_counts
from greendistrict.core.models import JobRun
from portal.data_check.models import DataCheckRun

ROOT = Path(__file__).resolve().parents[2]
ALERTS = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
DASHBOARD = json.loads((ROOT / "deploy/grafana/greendistrict.json").read_text(encoding="utf-8"))
HANDBOOK = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
NAME = re.compile(r"greendistrict_\w+")
TOKEN = "a-token-of-the-tests"


@pytest.fixture
def figures(client, settings, db):
    """What /metrics says, by name and labels."""
    settings.METRICS_TOKEN = TOKEN

    def ask():
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        families = text_string_to_metric_families(answer.content.decode())
        return {(one.name, *sorted(one.labels.items())): one.value for family in families for one in family.samples}

    return ask


@pytest.mark.parametrize(
    ("networks", "token", "given", "status"),
    [
        ("", "", "", 404), ("", "", "Bearer ", 404), ("", TOKEN, "", 404), ("", TOKEN, "Bearer another", 404),
        ("", TOKEN, f"Bearer {TOKEN}", 200), ("192.0.2.0/24", "", "", 404), ("127.0.0.0/8", "", "", 200),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_figures_are_for_known_networks_and_who_bears_the_token(settings, networks, token, given, status):
    settings.METRICS_NETWORKS, settings.METRICS_TOKEN = [ip_network(networks)] if networks else [], token
    assert Client().get("/metrics", headers={"Authorization": given}).status_code == status


def test_a_request_is_counted_with_its_room_and_outcome(figures, client):
    key = ("greendistrict_requests_total", ("method", "GET"), ("room", "accounts"), ("status", "2xx"))
    before = figures().get(key, 0)
    client.get("/accounts/login/")
    client.get("/accounts/login/")
    assert figures()[key] == before + 2


def test_each_request_leaves_a_line_without_its_query(client, caplog):
    caplog.set_level(logging.INFO, access.logger.name)
    client.get("/healthz?name=secret", headers={"X-Forwarded-For": "203.0.113.9"})
    (line,) = [one for one in caplog.records if one.name == access.logger.name]
    assert (line.method, line.path, line.status, line.room, line.address) == ("GET", "/healthz", 200, "core", "127.0.0.1")
    assert "secret" not in str(vars(line))


def test_jobs_of_workers_are_counted(figures):
    key = ("greendistrict_tasks_total", ("state", "success"), ("task", "probe"))
    before = figures().get(key, 0)
    task_counts.begin("one")
    task_counts.end("probe", "SUCCESS", "one")
    assert figures()[key] == before + 1


def test_the_worker_counts_by_itself(figures):
    from portal.tasks import collect_names

    key = ("greendistrict_tasks_total", ("state", "success"), ("task", collect_names.name))
    before = figures().get(key, 0)
    collect_names.apply()
    assert figures()[key] == before + 1


def test_figures_follow_the_rows(figures):
    now = clock.now()
    assert "greendistrict_backup_age_seconds" not in {key[0] for key in figures()}
    JobRun.objects.create(name="backup", succeeded_at=now - dt.timedelta(hours=30))
    DataCheckRun.objects.create(at=now, seconds=1, found=3)
    found = figures()
    assert found[("greendistrict_backup_age_seconds",)] == pytest.approx(30 * 3600, abs=60)
    assert found[("greendistrict_data_check_findings",)] == 3
    assert found[("greendistrict_database_up",)] == 1
    assert found[("greendistrict_queue_workers", ("queue", "mail"))] == 0


def test_without_redis_the_rest_is_told(figures, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    found = figures()
    assert found[("greendistrict_redis_up",)] == 0
    assert found[("greendistrict_figures_missing", ("part", "redis"))] == 1
    assert found[("greendistrict_database_up",)] == 1


def test_alerts_and_dashboard_ask_for_figures_that_there_are(figures):
    JobRun.objects.create(name="backup", succeeded_at=clock.now())
    DataCheckRun.objects.create(at=clock.now(), seconds=1, found=0)
    names = {name for rule in ALERTS for name in NAME.findall(rule["expr"])}
    names |= {name for panel in DASHBOARD["panels"] for target in panel["targets"] for name in NAME.findall(target["expr"])}
    there = {line.split()[2] for line in _described()}
    there |= {f"{name}{end}" for name in there for end in ("_total", "_bucket")}
    assert names
    assert names <= there


def _described():
    """Lines ``# TYPE name kind`` of all families, those without a row too."""
    from prometheus_client import CollectorRegistry, generate_latest

    from portal.operations.selectors.figures import InstallationFigures

    registry = CollectorRegistry()
    registry.register(access.REGISTRY)
    registry.register(InstallationFigures(clock.now()))
    return [line for line in generate_latest(registry).decode().splitlines() if line.startswith("# TYPE")]


def test_every_alert_has_its_runbook_and_every_runbook_its_alert():
    section = HANDBOOK.split("\n## Alerts\n")[1].split("\n## ")[0]
    runbooks = re.findall(r"^### (\w+)$", section, re.MULTILINE)
    assert runbooks == [rule["alert"] for rule in ALERTS]
    for rule in ALERTS:
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in {"critical", "warning"}
    for text in re.split(r"^### \w+$", section, flags=re.MULTILINE)[1:]:
        assert len(text.strip()) > 80  # what it means and what to do
    assert set(NAME.findall(section)) <= {name for rule in ALERTS for name in NAME.findall(rule["expr"])}
