"""`onboarding/experiments/`: comparing what people are asked, on themselves."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.onboarding.errors import NotFound
from apps.onboarding.models import Experiment
from apps.onboarding_api.serializers import experiment_serializers as shapes
from apps.onboarding_api.services import experiments
from apps.onboarding_api.views import openapi
from apps.onboarding_api.views.idempotent import idempotent
from apps.onboarding_api.views.people import signed_in


@extend_schema_view(
    get=extend_schema(
        operation_id="experiments_list",
        responses={200: shapes.ExperimentSerializer(many=True), **openapi.problems(400, 401, 404)},
    )
)
class ExperimentsView(ListAPIView):
    """Experiments, the last first; a new one is a draft."""

    serializer_class = shapes.ExperimentSerializer

    def get_queryset(self) -> QuerySet[Experiment]:
        return _whole(Experiment.objects.visible_to(signed_in(self.request)))

    @extend_schema(
        operation_id="experiments_create",
        request=shapes.NewExperimentSerializer,
        responses={201: shapes.ExperimentSerializer, **openapi.problems(400, 401, 403, 404, 409, 422)},
        parameters=[openapi.IDEMPOTENCY_KEY],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        asked = shapes.NewExperimentSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        told = dict(asked.validated_data)
        arms = [experiments.NewArm(one["name"], one["weight"], one["changes"]) for one in told.pop("arms")]
        made = experiments.create(experiments.NewExperiment(arms=arms, **told), user=signed_in(request))
        address = reverse("experiment", args=[made.pk])
        return Response(_shown(signed_in(request), made.pk), status=201, headers={"Location": address})


class ExperimentView(APIView):
    """One experiment: what it compares, its state, and who did what with it."""

    @extend_schema(
        operation_id="experiments_retrieve",
        responses={200: shapes.ExperimentSerializer, **openapi.problems(401, 404)},
    )
    def get(self, request: Request, experiment_id: UUID) -> Response:
        return Response(_shown(signed_in(request), experiment_id))


class ExperimentStartView(APIView):
    """New sessions are put into its arms from now on."""

    @extend_schema(
        operation_id="experiments_start",
        request=None,
        responses={200: shapes.ExperimentSerializer, **openapi.problems(400, 401, 403, 404, 409, 422)},
        parameters=[openapi.IDEMPOTENCY_KEY],
    )
    @idempotent
    def post(self, request: Request, experiment_id: UUID) -> Response:
        experiments.start(experiment_id, user=signed_in(request))
        return Response(_shown(signed_in(request), experiment_id))


class ExperimentStopView(APIView):
    """Nobody new is put into it. Who is in an arm keeps their flow."""

    @extend_schema(
        operation_id="experiments_stop",
        request=shapes.StopExperimentSerializer,
        responses={200: shapes.ExperimentSerializer, **openapi.problems(400, 401, 403, 404, 409, 422)},
        parameters=[openapi.IDEMPOTENCY_KEY],
    )
    @idempotent
    def post(self, request: Request, experiment_id: UUID) -> Response:
        asked = shapes.StopExperimentSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        experiments.stop(experiment_id, user=signed_in(request), reason=asked.validated_data["reason"])
        return Response(_shown(signed_in(request), experiment_id))


class ExperimentRollOutView(APIView):
    """What an arm was asked becomes what new sessions start with."""

    @extend_schema(
        operation_id="experiments_roll_out",
        request=shapes.RollOutSerializer,
        responses={200: shapes.ExperimentSerializer, **openapi.problems(400, 401, 403, 404, 409, 422)},
        parameters=[openapi.IDEMPOTENCY_KEY],
    )
    @idempotent
    def post(self, request: Request, experiment_id: UUID) -> Response:
        asked = shapes.RollOutSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        experiments.roll_out(experiment_id, user=signed_in(request), **asked.validated_data)
        return Response(_shown(signed_in(request), experiment_id))


class ExperimentResultsView(APIView):
    """What is known by now. May be asked as often as one likes: no look makes a wrong word likelier."""

    @extend_schema(
        operation_id="experiments_results",
        responses={200: shapes.ResultSerializer, **openapi.problems(401, 404)},
    )
    def get(self, request: Request, experiment_id: UUID) -> Response:
        experiment = _visible(signed_in(request), experiment_id)
        told = shapes.describe(experiments.latest_result(experiment))
        return Response(shapes.ResultSerializer(told).data)


def _shown(user: User, experiment_id: UUID) -> dict[str, object]:
    shown: dict[str, object] = shapes.ExperimentSerializer(_visible(user, experiment_id)).data
    return shown


def _visible(user: User, experiment_id: UUID) -> Experiment:
    found = _whole(Experiment.objects.visible_to(user)).filter(pk=experiment_id).first()
    if found is None:
        raise NotFound("no such experiment")
    return found


def _whole(rows: QuerySet[Experiment]) -> QuerySet[Experiment]:
    return rows.select_related("created_by").prefetch_related("arms__flow_version", "notes__actor")
