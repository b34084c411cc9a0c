"""What is said: built of closed words and figures only, so that no message can carry what a task was about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from apps.onboarding.models import AlertDelivery, AlertIncident

Rule = AlertIncident.Rule
RUNBOOK = "docs/runbooks/alerts.md"
_TITLES = {
    Rule.CRITICAL_TASK_FAILED: "Critical task failed: {task}",
    Rule.CAPACITY: "Dead letters near their limit: {count} of {limit}",
    Rule.OLD_ENTRIES: "{count} dead letters are older than {hours} hours",
    Rule.REPEATED_PATTERN: "{task} fails again and again: {count} times within an hour",
    Rule.CONSERVATION_BROKEN: "Tasks unaccounted for: {missing} missing, {overdue} overdue",
    Rule.NO_CANARY: "Queue {queue} executes nothing",
    Rule.BREAKER_OPEN: "{count} tasks wait for {service}",
    Rule.EXPIRING: "{count} dead letters expire within 24 hours",
    Rule.INFECTED_FILE: "Infected files were sent within 24 hours, and refused: {count}",
    Rule.SCANNER_AWAY: "The virus scanner does not work",
}
_LABELS = {
    "task": "Task",
    "code": "Error code",
    "cause": "Cause",
    "queue": "Queue",
    "service": "Service",
    "limit": "Limit",
    "missing": "Missing",
    "overdue": "Overdue",
}
_HEADS = {
    AlertDelivery.Occasion.OPENED: "",
    AlertDelivery.Occasion.ESCALATED: "Still open, nobody acknowledged: ",
    AlertDelivery.Occasion.RECOVERED: "Recovered: ",
}
_ENDS_BY_ITSELF = {Rule.OLD_ENTRIES, Rule.EXPIRING}
_OVER = "No longer so, mended or expired: "
"""Of what ends when its time is over, nobody can say that it recovered."""


@dataclass(frozen=True)
class Notice:
    """One message, for any channel."""

    identity: str
    """Equal for every attempt of one delivery: a receiver can tell a repetition."""
    occasion: str
    severity: str
    title: str
    lines: tuple[tuple[str, str], ...]
    link: str

    @property
    def is_over(self) -> bool:
        return self.occasion == AlertDelivery.Occasion.RECOVERED

    @property
    def plain(self) -> str:
        """Title and lines as text."""
        lines = [self.title, "", *(f"{label}: {value}" for label, value in self.lines)]
        return "\n".join([*lines, self.link] if self.link else lines)


def notice_of(delivery: AlertDelivery, *, at: datetime) -> Notice:
    """The message of a delivery, with the figures of now."""
    incident = delivery.incident
    return Notice(
        identity=f"{incident.pk}-{delivery.occasion}-{delivery.episode}-{delivery.channel}",
        occasion=delivery.occasion,
        severity=incident.severity,
        title=_head(delivery) + title_of(incident),
        lines=tuple(_lines(incident, at)),
        link=f"{settings.ALERTS.public_base_url}/admin/onboarding/alertincident/{incident.pk}/change/"
        if settings.ALERTS.public_base_url
        else "",
    )


def _head(delivery: AlertDelivery) -> str:
    occasion = AlertDelivery.Occasion(delivery.occasion)
    if occasion == AlertDelivery.Occasion.RECOVERED and delivery.incident.rule in _ENDS_BY_ITSELF:
        return _OVER
    return _HEADS[occasion]


def title_of(incident: AlertIncident) -> str:
    known: dict[str, Any] = {**dict.fromkeys((*_LABELS, "hours", "days"), "?"), **incident.facts}
    return _TITLES[Rule(incident.rule)].format(**{**known, "count": incident.count})


def trial_notice(*, at: datetime, identity: str) -> Notice:
    """What `manage.py test_alerts` sends."""
    return Notice(
        identity=identity,
        occasion="test",
        severity=AlertIncident.Severity.WARNING,
        title="Test of the alerts: this channel works",
        lines=(("Sent", _time(at)), ("Runbook", RUNBOOK)),
        link="",
    )


def _lines(incident: AlertIncident, at: datetime) -> list[tuple[str, str]]:
    facts = [(label, str(incident.facts[key])) for key, label in _LABELS.items() if key in incident.facts]
    times = [("Since", _time(incident.opened_at))]
    if incident.resolved_at:
        times.append(("Until", _time(incident.resolved_at)))
    if incident.reopened:
        times.append(("Came back", f"{incident.reopened} times"))
    return [
        ("Severity", incident.severity),
        *facts,
        *([("Count", str(incident.count))] if incident.count and not incident.resolved_at else []),
        *times,
        ("Told", _time(at)),
        ("Incident", str(incident.pk)),
        ("Runbook", f"{RUNBOOK}#{incident.rule}"),
    ]


def _time(at: datetime) -> str:
    return at.astimezone(settings.ALERTS.time_zone).strftime("%Y-%m-%d %H:%M:%S %Z")
