"""Keeping the sums equal to the facts, within a second of every change.

A trigger notes each session that changed, in the transaction of the change; that is all a writer pays. The keeper
folds the notes: it counts each noted session anew, takes what it counted before away from the sums and adds what it
counts now. Notes that come twice, late or in any order lead to the same sums.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.onboarding.models import ConversationSession, FunnelState
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services.funnel_analytics import (
    alone,
    definitions,
    observing,
    rebuilding,
    restating,
    storing,
)
from apps.onboarding_api.services.funnel_analytics.contributions import Deltas
from apps.onboarding_api.services.funnel_analytics.definitions import Facts

logger = logging.getLogger("funnel")
_AT_ONCE = 2_000


def keep_up() -> None:
    """The keeper's duty: fold until nothing is noted any more."""
    if not settings.ENABLE_FUNNEL_ANALYTICS:
        return
    try:
        while fold() == _AT_ONCE:
            pass
    except OverflowError:  # more was taken away from a sum than was ever added: somebody else has written it
        logger.exception("a sum of the funnel is not what its facts add up to; all are computed anew")
        rebuilding.rebuild()


def fold(*, now: datetime | None = None) -> int:
    """Fold what is noted, at most 2,000 notes; how many were. 0 where somebody else is folding."""
    now = now or timezone.now()
    with transaction.atomic():
        if not alone.got_in():
            return 0
        state = FunnelState.objects.filter(pk=1).first()
        if state is None or state.rule != definitions.rule():
            rebuilding.rebuild_alone(now=now)
            return 0
        as_of = max(now, state.silence_until)  # a clock that was put back makes nobody heard of again
        _note_silent(since=state.silence_until, until=as_of)
        _note_moved_clients()
        noted = _take_notes()
        if noted:
            _count_anew(set(noted), now=as_of)
        FunnelState.objects.filter(pk=1).update(silence_until=as_of, folded_at=now)
    return len(noted)


def _take_notes() -> list[UUID]:
    """The sessions noted; one that was noted twice, twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH taken AS (DELETE FROM onboarding_funneldirty WHERE id IN
                                (SELECT id FROM onboarding_funneldirty ORDER BY id LIMIT %s)
                              RETURNING session_id)
               SELECT session_id FROM taken""",
            [_AT_ONCE],
        )
        return [row[0] for row in cursor.fetchall()]


def _count_anew(noted: Collection[UUID], *, now: datetime) -> None:
    before = storing.counted_before(noted)
    rows = ConversationSession.objects.filter(pk__in=noted)
    after = {facts.session_id: facts for facts in observing.facts_of_sessions(rows, now=now)}
    changed = [facts for pk, facts in after.items() if before.get(pk) != facts]
    gone = before.keys() - after.keys()
    replaced = [before[facts.session_id] for facts in changed if facts.session_id in before]
    deleted = [before[pk] for pk in gone]
    storing.keep_facts(changed, gone=gone)
    for deltas, is_deletion in (
        (_sum_of(added=changed, taken=replaced), False),
        (_sum_of(added=(), taken=deleted), True),
    ):
        storing.add(deltas)
        restating.note_changes(deltas, deleted=is_deletion, now=now)
    if changed or gone:
        scopes = {facts.client_id for facts in (*changed, *replaced, *deleted)} | {EVERYONE}
        restating.raise_revisions(scopes, now=now)


def _sum_of(*, added: Iterable[Facts], taken: Iterable[Facts]) -> Deltas:
    deltas = Deltas()
    for facts in added:
        deltas.add(facts, sign=1)
    for facts in taken:
        deltas.add(facts, sign=-1)
    return deltas


def _note_silent(*, since: datetime, until: datetime) -> None:
    """Sessions whose silence has reached the limit since it was last looked."""
    limit = definitions.limit()
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO onboarding_funneldirty (session_id)
               SELECT session_id FROM onboarding_conversationsession
                WHERE current_state IN ('STARTED', 'IN_PROGRESS', 'GENERATING_RECOMMENDATIONS', 'AWAITING_APPROVAL')
                  AND last_heard_at > %s AND last_heard_at <= %s""",
            [since - limit, until - limit],
        )


def _note_moved_clients() -> None:
    """All sessions of a client whose time zone has changed: their days are others now."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH moved AS (
                   UPDATE onboarding_funnelscope f SET time_zone = c.time_zone FROM onboarding_client c
                    WHERE c.id = f.scope AND c.time_zone <> f.time_zone RETURNING f.scope)
               INSERT INTO onboarding_funneldirty (session_id)
               SELECT session_id FROM onboarding_conversationsession WHERE client_id IN (SELECT scope FROM moved)"""
        )
