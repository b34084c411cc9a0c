"""The first page: the funnel of some days, the worst points, when people leave, and which cohorts differ."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from apps.onboarding.models import Client
from apps.onboarding_api.serializers import analytics_queries as asks
from apps.onboarding_api.services import funnel_analytics
from apps.onboarding_api.services.funnel_analytics import heatmap
from apps.onboarding_api.views.funnel_pages import drawing, gate

_COHORTS = ("language", "device", "flow", "variant", "weekday", "client")


@gate.funnel_page
def overview(request: HttpRequest) -> HttpResponse:
    """Every figure of who dropped opens the sessions behind it."""
    asked = gate.understood(asks.HeatmapQuerySerializer, request)
    days = heatmap.RANGES[asked.validated_data["range"]]
    question = heatmap.last_days(asked.question(gate.person(request)), days)
    told = funnel_analytics.dashboard(question)
    where: dict[str, Any] = {
        "start_date": question.window.start.astimezone(question.zone).date(),
        "end_date": question.now.astimezone(question.zone).date(),
        "time_zone": question.zone.key,
    }
    if "client_id" in asked.validated_data:
        where["client_id"] = asked.validated_data["client_id"]
    return gate.show(
        request,
        "overview",
        title="Funnel",
        asked=asked.validated_data,
        ranges=list(heatmap.RANGES),
        clients=Client.objects.visible_to(gate.person(request)).order_by("name").values_list("pk", "name"),
        told=told,
        stages=[_opened(stage, where) for stage in told["stages"]],
        hours=_hours(told["drop_off_heatmap"], where),
        trend=drawing.line_of([day["started"] for day in told["trend"]["days"]]),
        cohorts=[
            (name, [_cohort(name, row, where) for row in told["cohorts"][name]])
            for name in _COHORTS
            if told["cohorts"].get(name)
        ],
    )


def _opened(stage: dict[str, Any], where: dict[str, Any]) -> dict[str, Any]:
    return {
        **stage,
        "label": stage["stage"].replace("_", " "),
        "dropped_address": _sessions(where, stage=stage["stage"], outcome="dropped"),
        "open_address": _sessions(where, stage=stage["stage"], outcome="open"),
    }


def _hours(told: dict[str, Any], where: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of the heat map: how dark each cell is, of 0 to 5, by the largest one."""
    largest = max((n for row in told["heatmap"] for n in row["drop_offs"].values()), default=0)
    return [
        {
            "hour": f"{row['hour']:02d}:00",
            "started": row["started"],
            "total": row["total"],
            "cells": [
                {
                    "n": n,
                    "shade": drawing.shade(n, largest),
                    "address": _sessions(where, stage=stage, outcome="dropped", left_hour=row["hour"]),
                }
                for stage, n in row["drop_offs"].items()
            ],
        }
        for row in told["heatmap"]
    ]


def _cohort(dimension: str, row: dict[str, Any], where: dict[str, Any]) -> dict[str, Any]:
    name = "client_id" if dimension == "client" else dimension
    return {**row, "address": _sessions(where, **{name: row["value"]})}


def _sessions(where: dict[str, Any], **cell: Any) -> str:
    return f"{reverse('funnel:sessions')}?{urlencode({**where, **cell})}"
