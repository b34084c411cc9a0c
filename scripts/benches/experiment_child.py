"""What the bench of experiments does inside the product's own environment: one JSON object, for so many exposed.

Started as a process of its own: the bench's process is not the product's.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 -- Django has to be set up first
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from rest_framework.renderers import JSONRenderer  # noqa: E402

from apps.onboarding.models import Client, Experiment, ExperimentTally  # noqa: E402
from apps.onboarding_api.serializers import experiment_serializers as shapes  # noqa: E402
from apps.onboarding_api.services import conversation, erasure, experiments  # noqa: E402
from apps.onboarding_api.services.experiments import NewArm, NewExperiment, tallies, watching  # noqa: E402

DAYS = 14
PAGES, LOOKS, WHOLE, ERASED = 50, 15, 3, 5
MOST_WAITS = 60
_SESSIONS = """
    INSERT INTO onboarding_conversationsession
    SELECT (jsonb_populate_record(s, jsonb_build_object(
               'session_id', gen_random_uuid(), 'started_at', at, 'engaged_at', at + interval '4 minutes',
               'completed_at', CASE WHEN n %% 5 < 2 THEN at + interval '9 hours' END,
               'current_state', CASE WHEN n %% 5 < 2 THEN 'COMPLETED' ELSE 'IN_PROGRESS' END))).*
      FROM onboarding_conversationsession s,
           (SELECT n, now() - make_interval(secs => %(days)s * 86400.0 * n / %(sessions)s) AS at
              FROM generate_series(1, %(sessions)s) n) drawn
     WHERE s.session_id = %(like)s"""
_UNITS = """
    INSERT INTO onboarding_experimentunit
           (experiment_id, arm_id, session_id, unit, earlier_sessions, earlier_completed, assigned_at, exposed_at)
    SELECT %(experiment)s, (%(arms)s::bigint[])[1 + row_number() OVER () %% 2], session_id, session_id::text,
           row_number() OVER () %% 4, 0, started_at, started_at
      FROM onboarding_conversationsession WHERE started_at IS NOT NULL AND session_id <> %(like)s"""
_EVENTS = """
    INSERT INTO onboarding_sessionevent (session_id, number, kind, data, correlation_id, occurred_at)
    SELECT u.session_id, 1000 + k, CASE WHEN k = 2 AND u.id %% 7 = 0 THEN 'turn_failed' ELSE 'answer_received' END,
           '{}', '', u.exposed_at + make_interval(mins => k)
      FROM onboarding_experimentunit u, generate_series(1, 3) k"""


def measure(exposed: int) -> dict[str, Any]:
    """Milliseconds of the page, of a look, and of a count from the start."""
    experiment = _loaded(exposed)
    whole = _times(WHOLE, lambda: _anew(experiment))
    _evaluate(experiment)
    looks = _times(LOOKS, lambda: experiments.result_of(experiment))
    _evaluate(experiment)
    pages = _times(PAGES, lambda: _page(experiment))
    erased = [_after_an_erasure(experiment) for _ in range(ERASED)]
    return {
        "exposed": experiments.result_of(experiment).exposed,
        "whole": whole,
        "looks": looks,
        "pages": pages,
        "erased": erased,
    }


def _after_an_erasure(experiment: Experiment) -> float:
    """Milliseconds of the look after a session was erased that had settled; the keeper may not come in between."""
    with transaction.atomic():
        Experiment.objects.select_for_update(no_key=True).get(pk=experiment.pk)
        settled = timezone.now() - timedelta(hours=2 * experiment.window_hours)
        unit = experiment.units.filter(exposed_at__lt=settled).order_by("?")[0]
        erasure.erase_session(unit.session_id)
        return _times(1, lambda: tallies.keep(experiment, now=timezone.now()))[0]


def _evaluate(experiment: Experiment) -> None:
    """The keeper of the copy may be at it just now."""
    for _ in range(MOST_WAITS):
        if watching.evaluate(experiment.pk) is not None:
            return
        time.sleep(1)
    raise SystemExit(
        "the experiment could not be looked at: it was stopped, or the keeper did not let go of it"
    )


def _page(experiment: Experiment) -> bytes:
    return bytes(JSONRenderer().render(shapes.describe(experiments.latest_result(experiment))))


def _anew(experiment: Experiment) -> None:
    ExperimentTally.objects.filter(pk=experiment.pk).delete()
    experiments.result_of(experiment)


def _loaded(exposed: int) -> Experiment:
    staff = User.objects.create_superuser("bench-of-experiments")
    client = Client.objects.order_by("cdtz")[0]
    like = conversation.open_session(user=staff, client_id=client.pk)[0]
    words = {"site_type": {"en": {"question": "What do you guard there?"}}}
    made = experiments.create(
        NewExperiment(
            key="bench", title="A bench", kind="wording", flow="facility_onboarding", control="a",
            arms=[NewArm("a", 1), NewArm("b", 1, words)], other_metrics=["engaged"],
            guardrails=[{"metric": name} for name in ("errors", "turns", "time")],
        ),
        user=staff,
    )  # fmt: skip
    experiment = experiments.start(made.pk, user=staff)
    arms = list(experiment.arms.order_by("name").values_list("pk", flat=True))
    given: dict[str, Any] = {
        "like": like.pk,
        "sessions": exposed,
        "days": DAYS,
        "experiment": experiment.pk,
        "arms": arms,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL session_replication_role = replica"
        )  # the funnel's triggers sleep meanwhile
        cursor.execute("DELETE FROM onboarding_conversationsession WHERE session_id <> %(like)s", given)
        for statement in (_SESSIONS, _UNITS, _EVENTS):
            cursor.execute(statement, given)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return experiment


def _times(n: int, deed: Callable[[], object]) -> list[float]:
    found = []
    for _ in range(n):
        began = time.perf_counter()
        deed()
        found.append(1000 * (time.perf_counter() - began))
    return found


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
