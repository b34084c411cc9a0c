"""The rules for Prometheus name metrics that exist, and documents that exist."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from apps.onboarding_api.services import dlq_alerting, metrics
from apps.onboarding_api.tests import alert_world
from apps.onboarding_api.tests.alert_world import ROOT, dead
from apps.task_ledger.models import TaskRecord

FILE = ROOT / "config" / "prometheus" / "rules" / "dlq_alerts.yml"
GROUPS: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["groups"]
RULES: list[dict[str, Any]] = [rule for group in GROUPS for rule in group["rules"]]
SAMPLE = re.compile(r"\b(onboarding_\w+)(?:\{([^}]*)\})?")


@pytest.mark.django_db
def test_every_metric_and_label_of_the_rules_is_in_the_exposition() -> None:
    dead()
    dead("understand_photo", state=TaskRecord.State.PARKED, parked_on="llm")
    for queue in ("conversation", "default", "media"):
        dead("ledger_pulse", state=TaskRecord.State.DONE, queue=queue)
    dlq_alerting.evaluate()
    told = SAMPLE.findall(metrics.exposition().decode())
    labels = {name: set(re.findall(r"(\w+)=", given)) for name, given in told}
    for rule in RULES:
        used = SAMPLE.findall(rule["expr"])
        assert used, rule["alert"]
        for name, given in used:
            assert name in labels, f"{rule['alert']} asks for {name}"
            assert set(re.findall(r"(\w+)=~?\"", given)) <= labels[name], rule["alert"]
        grouped = re.findall(r"by \(([^)]*)\)", rule["expr"])
        shown = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        known = set().union(*(labels[name] for name, _ in used))
        assert shown <= (set(grouped) if grouped else known), rule["alert"]


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_rule_has_severity_patience_summary_and_a_runbook_that_exists(rule: dict[str, Any]) -> None:
    assert re.fullmatch(r"\d+[smh]", rule["for"])
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"]["summary"]
    path, _, anchor = rule["annotations"]["runbook"].partition("#")
    text = (alert_world.ROOT / path).read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-")
        for one in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    assert not anchor or anchor in headings


def test_names_of_alerts_are_unique_and_prometheus_reads_the_file() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    scraping = yaml.safe_load((ROOT / "config" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    assert FILE in [ROOT / "config" / "prometheus" / path for path in scraping["rule_files"]]
