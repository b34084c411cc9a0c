"""The sessions behind a figure, each with the rule by which it counts as it does."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from apps.onboarding_api.serializers import analytics_queries as asks
from apps.onboarding_api.services.funnel_analytics import opening
from apps.onboarding_api.views.funnel_pages import gate

_PER_PAGE = 50


@gate.funnel_page
def sessions(request: HttpRequest) -> HttpResponse:
    """The last started first."""
    number = request.GET.get("page", "1")
    asked = gate.understood(asks.SessionsQuerySerializer, request)
    question = asked.question(gate.person(request))
    found = opening.sessions(question, asked.cell(question)).order_by("-started_at", "session_id")
    page = Paginator(found, _PER_PAGE).get_page(number)
    kept = request.GET.copy()
    kept.pop("page", None)
    return gate.show(
        request,
        "sessions",
        title="Sessions behind a figure",
        page=page,
        rows=[opening.row(fact) for fact in page.object_list],
        parameters=kept.urlencode(),
        asked={
            name: value for name, value in asked.validated_data.items() if name not in {"limit", "cursor"}
        },
    )
