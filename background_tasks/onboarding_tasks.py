"""The tasks of onboarding. Each is an address: ids in, one service call, safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from celery import shared_task

from apps.onboarding_api.services.conversation import processing, proposing
from apps.onboarding_api.services.uploads import understanding
from apps.task_ledger.models import TaskRecord
from background_tasks.onboarding_base_task import OnboardingLLMTask, OnboardingNetworkTask
from background_tasks.onboarding_retry_strategies import llm_api_task_config, network_task_config


class ConversationTask(OnboardingLLMTask):
    abstract = True
    services = ("llm", "speech")

    def when_dead(self, record: TaskRecord) -> None:
        processing.fail_turn(task_id=record.pk, error=record.error or {})

    def when_redriven(self, record: TaskRecord) -> None:
        processing.reopen_turn(task_id=record.pk)


class ProposalTask(OnboardingLLMTask):
    abstract = True
    services = ("llm",)

    def when_dead(self, record: TaskRecord) -> None:
        if record.subject_id:
            proposing.give_up(session_id=record.subject_id, error=record.error or {})

    def when_redriven(self, record: TaskRecord) -> None:
        if record.subject_id:
            proposing.resume(session_id=record.subject_id)


class UploadTask(OnboardingNetworkTask):
    abstract = True
    services = ("vision",)

    def when_dead(self, record: TaskRecord) -> None:
        understanding.fail_upload(task_id=record.pk, error=record.error or {})

    def when_redriven(self, record: TaskRecord) -> None:
        understanding.reopen_upload(task_id=record.pk)


@shared_task(base=ConversationTask, name="process_conversation_step", **llm_api_task_config())
def process_conversation_step(
    conversation_id: str,
    user_input: str = "",
    context: Mapping[str, Any] | None = None,
    task_id: str | None = None,  # noqa: ARG001 -- part of the public signature; the ledger knows the id
) -> dict[str, Any]:
    """Understand one turn of a session; `context["turn_id"]` names it, else `user_input` becomes a new one."""
    return processing.process_step(
        session_id=UUID(str(conversation_id)), user_input=user_input, context=context or {}
    )


@shared_task(base=ProposalTask, name="generate_recommendations", **llm_api_task_config())
def generate_recommendations(session_id: str) -> dict[str, Any]:
    """Propose anew after answers were changed under a pending proposal."""
    return proposing.propose_anew(session_id=UUID(session_id))


@shared_task(base=UploadTask, name="understand_photo", **network_task_config())
def understand_photo(upload_id: str) -> dict[str, Any]:
    """Understand a scene, register or meter photo."""
    return understanding.understand_upload(upload_id=UUID(upload_id))


@shared_task(base=UploadTask, name="understand_document", **network_task_config())
def understand_document(upload_id: str) -> dict[str, Any]:
    """Understand a document."""
    return understanding.understand_upload(upload_id=UUID(upload_id))
