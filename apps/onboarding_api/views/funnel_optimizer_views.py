"""What to change so that fewer people give up, and what became of earlier advice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.onboarding.errors import Forbidden, NotFound
from apps.onboarding.models import Client, FunnelRecommendation
from apps.onboarding_api.serializers import funnel_optimizer_serializers as shapes
from apps.onboarding_api.services import access, funnel_optimizer
from apps.onboarding_api.services.funnel_analytics import asking
from apps.onboarding_api.services.funnel_optimizer import periods, predictions
from apps.onboarding_api.views import openapi
from apps.onboarding_api.views.analytics_answers import IF_NONE_MATCH, AnalyticsView, understood
from apps.onboarding_api.views.idempotent import idempotent
from apps.onboarding_api.views.people import signed_in

_PRIVATE = {"Cache-Control": "private, no-store"}


class FunnelRecommendationsView(AnalyticsView):
    """Where people leave, why, and what to do about it."""

    kind = "funnel_recommendations"
    renderer_classes = [JSONRenderer]

    @extend_schema(
        operation_id="analytics_recommendations",
        parameters=[shapes.AdviceQuerySerializer, IF_NONE_MATCH],
        responses={200: shapes.OptimizationReportSerializer, **openapi.problems(400, 401, 404, 409)},
    )
    def get(self, request: Request) -> Response:
        asked = understood(shapes.AdviceQuerySerializer, request)
        audience = asking.audience_of(signed_in(request), asked.validated_data.get("client_id"))
        now = timezone.now()
        window = periods.window_of(*asked.days(now.astimezone(audience.zone).date()), audience.zone)
        scopes = None if audience.is_everyone else audience.scopes

        def make() -> dict[str, Any]:
            return funnel_optimizer.analyse(scopes, window, zone=audience.zone, now=now).to_json()

        question = asking.Question(audience, window, audience.zone, now)
        return self.answer(request, question, make, {"kept": predictions.revision_of(scopes)})


class FunnelRecommendationView(APIView):
    """One prediction, and what became of it."""

    @extend_schema(responses={200: shapes.PredictionSerializer, **openapi.problems(401, 404)})
    def get(self, request: Request, recommendation_id: UUID) -> Response:
        row = _visible(signed_in(request), recommendation_id)
        return Response(shapes.PredictionSerializer(row).data, headers=_PRIVATE)

    @extend_schema(
        request=shapes.AdviceDecisionSerializer,
        responses={200: shapes.PredictionSerializer, **openapi.problems(400, 401, 403, 404, 409, 422)},
        parameters=[openapi.IDEMPOTENCY_KEY],
    )
    @idempotent
    def patch(self, request: Request, recommendation_id: UUID) -> Response:
        user = signed_in(request)
        row = _visible(user, recommendation_id)
        if row.client_id is not None:
            access.require_role(user, row.client_id, at_least=access.Role.MANAGER)
        elif not user.is_staff:
            raise Forbidden("this is about all clients together")
        asked = shapes.AdviceDecisionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        decided = predictions.decide(
            recommendation_id=row.pk, status=asked.validated_data["status"], user=user
        )
        return Response(shapes.PredictionSerializer(decided).data, headers=_PRIVATE)


def _visible(user: User, recommendation_id: UUID) -> FunnelRecommendation:
    rows = FunnelRecommendation.objects.all()
    if not user.is_staff:
        rows = rows.filter(client__in=Client.objects.visible_to(user))
    found = rows.filter(pk=recommendation_id).first()
    if found is None:
        raise NotFound("no such recommendation")
    return found
