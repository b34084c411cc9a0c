"""Recommendations: read, decide, revert."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.onboarding.errors import NotFound
from apps.onboarding.models import ChangeSet, Recommendation
from apps.onboarding_api.serializers import recommendation_serializers as shapes
from apps.onboarding_api.services import access, recommendations
from apps.onboarding_api.views import openapi
from apps.onboarding_api.views.idempotent import idempotent
from apps.onboarding_api.views.people import signed_in


@extend_schema(responses={200: shapes.RecommendationSerializer(many=True), **openapi.problems(400, 401, 404)})
class SessionRecommendationsView(ListAPIView):
    """The recommendations of a session, newest first."""

    serializer_class = shapes.RecommendationSerializer

    def get_queryset(self) -> QuerySet[Recommendation]:
        session = access.visible_session(signed_in(self.request), self.kwargs["session_id"])
        return _whole(session.recommendations.all())


class RecommendationView(APIView):
    """A proposal with its evidence, its maker and the checker's verdict."""

    @extend_schema(responses={200: shapes.RecommendationSerializer, **openapi.problems(401, 404)})
    def get(self, request: Request, recommendation_id: UUID) -> Response:
        return Response(shapes.RecommendationSerializer(_visible(signed_in(request), recommendation_id)).data)


class ApprovalView(APIView):
    """A person approves, rejects or amends."""

    @extend_schema(
        request=shapes.DecisionRequestSerializer,
        responses={200: shapes.OutcomeSerializer, **openapi.problems(400, 401, 403, 404, 409, 422)},
        parameters=[openapi.IDEMPOTENCY_KEY],
    )
    @idempotent
    def post(self, request: Request, recommendation_id: UUID) -> Response:
        _visible(signed_in(request), recommendation_id)
        asked = shapes.DecisionRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        outcome = recommendations.decide(
            recommendation_id=recommendation_id,
            user=signed_in(request),
            decision=asked.validated_data["decision"],
            changes=asked.validated_data.get("changes"),
            reason=asked.validated_data["reason"],
        )
        return Response(_describe(outcome))


class RevertView(APIView):
    """Undoes an applied configuration, whole."""

    @extend_schema(
        request=None,
        responses={200: shapes.ChangeSetSerializer, **openapi.problems(400, 401, 403, 404, 409, 422)},
        parameters=[openapi.IDEMPOTENCY_KEY],
    )
    @idempotent
    def post(self, request: Request, change_set_id: UUID) -> Response:
        if not ChangeSet.objects.visible_to(signed_in(request)).filter(pk=change_set_id).exists():
            raise NotFound("no such change set")
        reverted = recommendations.revert(change_set_id=change_set_id, user=signed_in(request))
        return Response(shapes.ChangeSetSerializer(reverted).data)


def _visible(user: User, recommendation_id: UUID) -> Recommendation:
    found = _whole(Recommendation.objects.visible_to(user)).filter(pk=recommendation_id).first()
    if found is None:
        raise NotFound("no such recommendation")
    return found


def _whole(rows: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
    return rows.select_related("decision__decided_by", "change_set", "made_by", "session").order_by("-cdtz")


def _describe(outcome: recommendations.Outcome) -> dict[str, Any]:
    change_set = outcome.change_set
    following = outcome.next_recommendation
    return {
        "session_id": str(outcome.session.session_id),
        "state": outcome.session.current_state,
        "recommendation": shapes.RecommendationSerializer(outcome.recommendation).data,
        "change_set": shapes.ChangeSetSerializer(change_set).data if change_set else None,
        "next_recommendation_id": str(following.pk) if following else None,
    }
