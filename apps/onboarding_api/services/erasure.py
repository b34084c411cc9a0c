"""Erasing a session, or all that a client has here: rows, files, vault, tasks, answers kept for repeated requests, what
the admin wrote down of them.

What was applied stays with the client: the site is theirs, not the session's. Its contacts keep their placeholders,
which nothing can turn back any more.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.db import connection, transaction
from django.db.models import QuerySet

from apps.onboarding.errors import NotFound
from apps.onboarding.models import ChangeSet, Client, ConversationSession, InfectedFile, MeterReading, Site
from apps.onboarding_api.services import idempotency
from apps.onboarding_api.services.antivirus import infected
from apps.onboarding_api.services.resumable_uploads import parts
from apps.onboarding_api.services.upload_storage import presigning
from apps.onboarding_api.services.upload_storage.retention import delete_all
from apps.task_ledger import conservation
from apps.task_ledger.models import TaskRecord


@dataclass(frozen=True)
class Erased:
    """`rows` by model, `files` (thumbnails and unfinished uploads included), `tasks`; `running` tasks were left to end:
    they find nothing, and their rows go in their time. `answers` were kept for `Idempotency-Key`, `infected` put away.

    `infected_unnamed`: files put away since the session began that were refused before anybody could know whose they
    are. They may be this session's; they stay sealed, and go in their time.
    """

    rows: dict[str, int]
    files: int
    tasks: int
    running: int
    answers: int
    infected: int
    infected_unnamed: int


def erase_session(session_id: UUID, *, dry_run: bool = False) -> Erased:
    """All or nothing; `NotFound`. With `dry_run` the same is counted, and nothing happens.

    Files go after the commit. Who is killed in between leaves files that no row names, for the sweep.
    """
    _note_infected()
    with transaction.atomic():
        erased, ids = _erase_with_evidence(session_id)
        rows = {**erased.rows, **_forget_admin_log(ids)}
        erased = replace(erased, rows=rows, answers=idempotency.forget_answers(ids))
        if dry_run:
            transaction.set_rollback(True)
    return erased


def erase_client(client_id: UUID, *, dry_run: bool = False) -> Erased:
    """Its sessions, each in a transaction of its own, then its sites, memberships and itself. Accounts stay."""
    client = Client.objects.filter(pk=client_id).first()
    if client is None:
        raise NotFound("no such client")
    sessions = ConversationSession.objects.filter(client=client).values_list("pk", flat=True)
    _note_infected()
    done, ids = list[Erased](), {str(client_id)}
    for pk in list(sessions):
        with transaction.atomic():
            erased, its_ids = _erase_with_evidence(pk)
            if dry_run:
                transaction.set_rollback(True)
        done.append(erased)
        ids |= its_ids
    rows = Counter[str]()
    for one in done:
        rows.update(one.rows)
    with transaction.atomic():
        rows.update(_forget_admin_log(_ids_of_sites(client)))
        rows.update(Site.objects.filter(client=client).delete()[1])
        tasks = _forget_tasks(TaskRecord.objects.filter(client_id=client.pk))
        rows.update(_forget_admin_log(ids))
        # Once for all sessions: each answer has to be opened.
        answers = idempotency.forget_answers(ids)
        if dry_run:
            rows.update({client._meta.label: 1})
            transaction.set_rollback(True)
        else:
            rows.update(client.delete()[1])
    return Erased(
        rows=dict(rows),
        files=sum(one.files for one in done),
        tasks=sum(one.tasks for one in done) + tasks,
        running=sum(one.running for one in done),
        answers=answers,
        infected=sum(one.infected for one in done),
        infected_unnamed=max((one.infected_unnamed for one in done), default=0),
    )


def _note_infected() -> None:
    """What was put away a moment ago has a row as well. In no transaction of an erasure: notes do not come back."""
    while infected.note_all():
        pass


def _erase_with_evidence(session_id: UUID) -> tuple[Erased, set[str]]:
    """In a transaction: evidence may be deleted in it (migration `evidence_is_immutable`) until this returns."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL onboarding.erasure = 'on'")
    found = _erase(session_id)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL onboarding.erasure = ''")
    return found


def _erase(session_id: UUID) -> tuple[Erased, set[str]]:
    """What went, its answers left out, and the ids under which answers may speak of it."""
    session = ConversationSession.objects.select_for_update().filter(pk=session_id).first()
    if session is None:
        raise NotFound("no such session")
    keys = [
        key for stored in session.uploads.values_list("storage_key", "thumbnail_key") for key in stored if key
    ]
    upload_ids = list(session.uploads.values_list("pk", flat=True))
    ids = _ids_of(session)
    unnamed = InfectedFile.objects.filter(upload=None, found_at__gte=session.cdtz).count()
    put_away = infected.erase(upload_ids)
    unfinished = list(session.resumable_uploads.values_list("pk", flat=True))
    rows = Counter[str]()
    rows.update(ChangeSet.objects.filter(recommendation__session=session).delete()[1])
    # Each proposal protects the one that it amends, so the newest goes first.
    for proposal in session.recommendations.order_by("-number"):
        rows.update(proposal.delete()[1])
    Site.objects.filter(vault_session=session_id).update(vault_session=None)
    tasks = TaskRecord.objects.filter(subject_id=session_id)
    running = tasks.filter(state=TaskRecord.State.RUNNING).count()
    forgotten = _forget_tasks(tasks)
    rows.update(session.delete()[1])
    transaction.on_commit(partial(delete_all, keys), robust=True)
    transaction.on_commit(partial(presigning.drop_posted, unfinished), robust=True)
    for pk in unfinished:
        transaction.on_commit(partial(parts.drop, pk), robust=True)
    erased = Erased(
        rows=dict(rows),
        files=len(keys) + len(unfinished),
        tasks=forgotten,
        running=running,
        answers=0,
        infected=put_away,
        infected_unnamed=unnamed,
    )
    return erased, ids


def _ids_of(session: ConversationSession) -> set[str]:
    tasks = TaskRecord.objects.filter(subject_id=session.pk)
    belonging = (
        session.uploads, session.resumable_uploads, session.recommendations, session.turns,
        ChangeSet.objects.filter(recommendation__session=session),
        MeterReading.objects.filter(upload__session=session),
        tasks,
    )  # fmt: skip
    return {str(session.pk), *(str(pk) for rows in belonging for pk in rows.values_list("pk", flat=True))}


def _ids_of_sites(client: Client) -> set[str]:
    """The sites of a client and their parts."""
    sites = Site.objects.filter(client=client)
    ids = {str(pk) for pk in sites.values_list("pk", flat=True)}
    for relation in Site._meta.related_objects:
        parts_of = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": sites})
        ids |= {str(pk) for pk in parts_of.values_list("pk", flat=True)}
    return ids


def _forget_admin_log(ids: set[str]) -> dict[str, int]:
    """What was done to the rows of these ids by hand."""
    gone, by_model = LogEntry.objects.filter(object_id__in=ids).delete()
    return by_model if gone else {}


def _forget_tasks(tasks: QuerySet[TaskRecord]) -> int:
    """Accounted for in the balance of the ledger, whatever their state; those that run are left to end."""
    forgotten = 0
    while n := conservation.forget(tasks.exclude(state=TaskRecord.State.RUNNING)):
        forgotten += n
    return forgotten
