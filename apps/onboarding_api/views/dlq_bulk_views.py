"""`admin/dlq/retry/` and `admin/dlq/bulk/`: sending many dead letters back, step by step."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.onboarding.errors import NotFound
from apps.onboarding_api.permissions import MendsTasks
from apps.onboarding_api.serializers import dlq_serializers as asks
from apps.onboarding_api.serializers import dlq_shapes as shapes
from apps.onboarding_api.serializers.keyset import Keyset
from apps.onboarding_api.serializers.strict import StrictSerializer
from apps.onboarding_api.views import dlq_errors, openapi
from apps.onboarding_api.views.dlq_admin_views import understood
from apps.onboarding_api.views.idempotent import idempotent
from apps.onboarding_api.views.people import signed_in
from apps.task_ledger.dead_letters import bulk as bulks
from apps.task_ledger.models import BulkRedrive
from background_tasks import bulk_view
from background_tasks.dead_letter_queue import dlq_handler

_BULKS = Keyset(name="bulks", time="created_at")


class BulkRetryView(APIView):
    """Sends back what a filter chooses now: first one, then ten, then the rest at a rate. Counts only, unless told."""

    permission_classes = [MendsTasks]

    @extend_schema(
        operation_id="dlq_retry_many",
        request=asks.BulkRequestSerializer,
        parameters=[openapi.IDEMPOTENCY_KEY],
        responses={
            200: shapes.PreviewSerializer,
            202: shapes.BegunSerializer,
            **openapi.problems(400, 401, 403, 409, 422),
        },
    )
    @idempotent
    def post(self, request: Request) -> Response:
        understood(StrictSerializer, request.query_params)
        asked = understood(asks.BulkRequestSerializer, request.data).validated_data
        wanted = asks.filter_of(asked.get("filters", {}))
        if wanted.is_empty and not asked["all"]:
            raise dlq_errors.FilterRequired("no filter and not all=true: nothing was sent back")
        if asked["dry_run"]:
            return Response({"dry_run": True, **asdict(bulks.preview(wanted))})
        begun = dlq_handler.retry_many(
            wanted,
            actor=signed_in(request),
            reason=asked["reason"],
            rate_per_minute=asked.get("rate_per_minute"),
        )
        told = {"bulk_id": str(begun.pk), "state": begun.state, "total": begun.total}
        return Response(told, status=202, headers={"Location": reverse("dlq-bulk", args=[begun.pk])})


class BulksView(APIView):
    """Bulk retries, the last first."""

    permission_classes = [MendsTasks]

    @extend_schema(
        operation_id="dlq_bulk_list",
        parameters=[asks.BulkListQuerySerializer],
        responses={200: shapes.BulkPageSerializer, **openapi.problems(400, 401, 403, 404)},
    )
    def get(self, request: Request) -> Response:
        asked = understood(asks.BulkListQuerySerializer, request.query_params).validated_data
        page = _BULKS.page(
            request,
            BulkRedrive.objects.all(),
            limit=asked["limit"],
            cursor=asked.get("cursor"),
            show=bulk_view.rows,
        )
        return Response(page)


class BulkView(APIView):
    """How far one is: its entries by state, why it stopped, how its canaries fared."""

    permission_classes = [MendsTasks]

    @extend_schema(
        operation_id="dlq_bulk_retrieve",
        responses={200: shapes.BulkSerializer, **openapi.problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, bulk_id: UUID) -> Response:
        understood(StrictSerializer, request.query_params)
        return Response(bulk_view.whole(_found(bulk_id)))


class BulkStopView(APIView):
    """Sends no more of it; what was sent runs on."""

    permission_classes = [MendsTasks]

    @extend_schema(
        operation_id="dlq_bulk_stop",
        request=asks.StopRequestSerializer,
        parameters=[openapi.IDEMPOTENCY_KEY],
        responses={200: shapes.BulkSerializer, **openapi.problems(400, 401, 403, 404, 409, 422)},
    )
    @idempotent
    def post(self, request: Request, bulk_id: UUID) -> Response:
        understood(StrictSerializer, request.query_params)
        asked = understood(asks.StopRequestSerializer, request.data).validated_data
        _found(bulk_id)
        stopped = dlq_handler.stop_many(bulk_id, actor=signed_in(request), reason=asked["reason"])
        bulk = _found(bulk_id)
        if not stopped:
            raise dlq_errors.BulkEnded(f"the bulk is {bulk.state}", state=bulk.state)
        return Response(bulk_view.whole(bulk))


def _found(bulk_id: UUID) -> BulkRedrive:
    bulk = BulkRedrive.objects.filter(pk=bulk_id).first()
    if bulk is None:
        raise NotFound("no such bulk")
    return bulk
