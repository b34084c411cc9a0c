"""Liveness, readiness and metrics, for machines that watch."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from apps.onboarding_api.services import health, metrics


def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "live"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 where everything a turn needs works, else 503 with the part that does not. `degraded` is still ready."""
    parts = health.readiness()
    fine = health.is_ready(parts)
    return JsonResponse(
        {"status": "ready" if fine else "not ready", "parts": parts}, status=200 if fine else 503
    )


def scrape(request: HttpRequest) -> HttpResponse:
    """Prometheus text format."""
    return HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE)
