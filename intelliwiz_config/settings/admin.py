"""The admin's looks and its sidebar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse_lazy


def _may_view(app: str, model: str) -> Callable[[Any], bool]:
    return lambda request: request.user.has_perm(f"{app}.view_{model}")


def _page(title: str, icon: str, model: str, app: str = "onboarding") -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{model}_changelist"),
        "permission": _may_view(app, model),
    }


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "IntelliWiz Onboarding",
    "SITE_HEADER": "IntelliWiz",
    "SITE_SUBHEADER": "Onboarding",
    "SITE_SYMBOL": "apartment",
    "SHOW_VIEW_ON_SITE": False,
    "ENVIRONMENT": "apps.onboarding.admin.site.environment",
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            {
                "title": "Onboarding",
                "items": [
                    _page("Sessions", "forum", "conversationsession"),
                    _page("Turns", "chat", "turn"),
                    _page("Uploads", "upload_file", "upload"),
                    _page("Upload quotas", "data_usage", "uploadquota"),
                    _page("Infected files", "bug_report", "infectedfile"),
                    _page("Meter readings", "speed", "meterreading"),
                    _page("Event log", "history", "sessionevent"),
                ],
            },
            {
                "title": "Funnel",
                "separator": True,
                "items": [
                    {
                        "title": "Funnel",
                        "icon": "filter_alt",
                        "link": reverse_lazy("funnel:overview"),
                        "permission": _may_view("onboarding", "conversationsession"),
                    },
                    _page("Sessions as counted", "fact_check", "funnelfact"),
                    _page("Changed past figures", "edit_calendar", "funnelrestatement"),
                ],
            },
            {
                "title": "Approval",
                "separator": True,
                "items": [
                    _page("Recommendations", "assignment", "recommendation"),
                    _page("Decisions", "gavel", "decision"),
                    _page("Change sets", "published_with_changes", "changeset"),
                ],
            },
            {
                "title": "Configuration",
                "separator": True,
                "collapsible": True,
                "items": [
                    _page("Sites", "apartment", "site"),
                    _page("Shifts", "schedule", "shift"),
                    _page("Posts", "security", "post"),
                    _page("Checkpoints", "pin_drop", "patrolcheckpoint"),
                    _page("Assets", "inventory_2", "asset"),
                    _page("Meter points", "electric_meter", "meterpoint"),
                    _page("Contacts", "contacts", "contact"),
                ],
            },
            {
                "title": "Clients and people",
                "separator": True,
                "items": [
                    _page("Clients", "domain", "client"),
                    _page("Memberships", "badge", "membership"),
                    _page("Accounts", "person", "user", "auth"),
                    _page("Groups", "group", "group", "auth"),
                ],
            },
            {
                "title": "Platform",
                "separator": True,
                "items": [
                    _page("Tasks", "task", "taskrecord", "task_ledger"),
                    _page("Alerts", "notifications", "alertincident"),
                    {
                        "title": "Dead letters",
                        "icon": "report",
                        "link": reverse_lazy("dead_letters:overview"),
                        "permission": _may_view("task_ledger", "taskrecord"),
                    },
                    _page("Deeds on tasks", "manage_history", "taskaction", "task_ledger"),
                    _page("Flow versions", "account_tree", "flowversion"),
                    _page("Vault", "lock", "vaultentry"),
                    _page("Answered requests", "repeat", "idempotencyrecord"),
                    _page("Admin log", "list_alt", "logentry", "admin"),
                ],
            },
        ],
    },
}
