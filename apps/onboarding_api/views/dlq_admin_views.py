"""`admin/dlq/`: the dead letter queue for those who run the platform. Bulks are in `dlq_bulk_views`."""

from __future__ import annotations

from typing import Any, TypeVar

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
from apps.onboarding_api.services.conversation.description import task_status
from apps.onboarding_api.views import dlq_errors, openapi
from apps.onboarding_api.views.idempotent import idempotent
from apps.onboarding_api.views.people import signed_in
from apps.task_ledger.dead_letters import listing
from background_tasks import dead_letter_view
from background_tasks.dead_letter_queue import dlq_handler

_ENTRIES = Keyset(name="dead_letters", time="finished_at")
_LONGEST_ID = 200
AnySerializer = TypeVar("AnySerializer", bound=StrictSerializer)


def understood(serializer: type[AnySerializer], data: Any) -> AnySerializer:
    """The request, validated; `ValidationError` names what is wrong with it."""
    asked = serializer(data=data)
    asked.is_valid(raise_exception=True)
    return asked


class DeadLettersView(APIView):
    """Tasks that failed for good, the last first."""

    permission_classes = [MendsTasks]

    @extend_schema(
        operation_id="dlq_tasks_list",
        parameters=[asks.ListQuerySerializer],
        responses={200: shapes.DeadLetterPageSerializer, **openapi.problems(400, 401, 403, 404)},
    )
    def get(self, request: Request) -> Response:
        asked = understood(asks.ListQuerySerializer, request.query_params)
        page = _ENTRIES.page(
            request,
            listing.find(asked.wanted).defer("sealed_payload", "result"),
            limit=asked.validated_data["limit"],
            cursor=asked.validated_data.get("cursor"),
            show=lambda rows: [dead_letter_view.row(record) for record in rows],
        )
        return Response(page)


class DeadLetterView(APIView):
    """One of them: sanitised arguments, every failed run, who did what."""

    permission_classes = [MendsTasks]

    @extend_schema(
        operation_id="dlq_tasks_retrieve",
        responses={200: shapes.DeadLetterSerializer, **openapi.problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, task_id: str) -> Response:
        understood(StrictSerializer, request.query_params)
        found = dlq_handler.get_dlq_task(_checked(task_id))
        if found is None:
            raise NotFound("no such entry")
        return Response(found)

    @extend_schema(
        operation_id="dlq_tasks_discard",
        description="Puts it away for good. The row and its history stay.",
        parameters=[asks.DiscardQuerySerializer, openapi.IDEMPOTENCY_KEY],
        responses={204: None, **openapi.problems(400, 401, 403, 404, 409, 422)},
    )
    @idempotent
    def delete(self, request: Request, task_id: str) -> Response:
        understood(StrictSerializer, request.data)
        asked = understood(asks.DiscardQuerySerializer, request.query_params).validated_data
        done = dlq_handler.discard_dlq_task(
            _checked(task_id),
            actor=signed_in(request),
            reason=asked["reason"],
            generation=asked.get("generation"),
        )
        if not done:
            raise dlq_errors.not_dead(task_id)
        return Response(status=204)


class DeadLetterRetryView(APIView):
    """Sends it back, as it is or with other arguments. Twice is once."""

    permission_classes = [MendsTasks]

    @extend_schema(
        operation_id="dlq_tasks_retry",
        request=asks.RetryRequestSerializer,
        parameters=[openapi.IDEMPOTENCY_KEY],
        responses={202: shapes.RedrivenSerializer, **openapi.problems(400, 401, 403, 404, 409, 422)},
    )
    @idempotent
    def post(self, request: Request, task_id: str) -> Response:
        understood(StrictSerializer, request.query_params)
        asked = understood(asks.RetryRequestSerializer, request.data).validated_data
        how = {
            "actor": signed_in(request),
            "reason": asked["reason"],
            "generation": asked.get("generation"),
        }
        with dlq_errors.explained(_checked(task_id)):
            if "changes" in asked:
                record = dlq_handler.edit_dlq_task(task_id, asked["changes"], **how)
            else:
                record = dlq_handler.redrive_dlq_task(task_id, **how)
        record.refresh_from_db(fields=["state", "generation"])
        told = {
            "task_id": dead_letter_view.shown_id(record),
            "row_id": str(record.pk),
            "status": task_status(record.state),
            "generation": record.generation,
        }
        return Response(told, status=202, headers={"Location": reverse("task", args=[record.pk])})


class DeadLetterStatsView(APIView):
    """Counts of the table, the index, the largest causes, and the balance of the ledger."""

    permission_classes = [MendsTasks]

    @extend_schema(
        operation_id="dlq_stats", responses={200: shapes.StatsSerializer, **openapi.problems(400, 401, 403)}
    )
    def get(self, request: Request) -> Response:
        understood(StrictSerializer, request.query_params)
        return Response(dlq_handler.get_dlq_stats())


class DeadLetterCausesView(APIView):
    """Entries that died of the same fault, counted together."""

    permission_classes = [MendsTasks]

    @extend_schema(
        operation_id="dlq_causes",
        parameters=[asks.CauseQuerySerializer],
        responses={200: shapes.CausesSerializer, **openapi.problems(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        asked = understood(asks.CauseQuerySerializer, request.query_params)
        groups = dead_letter_view.causes(asked.wanted, limit=asked.validated_data["limit"])
        return Response({"results": groups, "total": listing.find(asked.wanted).order_by().count()})


class ClearDeadLettersView(APIView):
    """Discards what a filter chooses, each with a record of who did it. The rows stay."""

    permission_classes = [MendsTasks]

    @extend_schema(
        operation_id="dlq_clear",
        parameters=[asks.ClearQuerySerializer, openapi.IDEMPOTENCY_KEY],
        responses={200: shapes.DiscardedSerializer, **openapi.problems(400, 401, 403, 409, 422)},
    )
    @idempotent
    def delete(self, request: Request) -> Response:
        understood(StrictSerializer, request.data)  # a filter in the body must not be passed over
        asked = understood(asks.ClearQuerySerializer, request.query_params)
        given = asked.validated_data
        days = given.get("older_than_days")
        if asked.wanted.is_empty and days is None and not given["all"]:
            raise dlq_errors.FilterRequired("no filter and not all=true: nothing was discarded")
        discarded = dlq_handler.clear_dlq(
            days, wanted=asked.wanted, actor=signed_in(request), reason=given["reason"]
        )
        return Response({"discarded": discarded})


def _checked(task_id: str) -> str:
    if len(task_id) > _LONGEST_ID:
        raise NotFound("no such entry")
    return task_id
