"""What `contributions` says of one session, said in SQL of many: for recomputing, and for parts of days."""

from __future__ import annotations

from apps.onboarding.models.funnel import EVERYONE

ROLLED = f"""
    SELECT s.scope, d.dimension, d.value, s.day, floor(extract(epoch FROM f.started_at) / 900)::int AS slot,
           1 AS started, (f.furthest >= 1)::int AS engaged, (f.furthest >= 2)::int AS recommendations,
           (f.furthest >= 3)::int AS decision, (f.furthest >= 4)::int AS completed,
           (f.outcome = 2 AND f.furthest = 0)::int AS dropped_started,
           (f.outcome = 2 AND f.furthest = 1)::int AS dropped_engaged,
           (f.outcome = 2 AND f.furthest = 2)::int AS dropped_recommendations,
           (f.outcome = 2 AND f.furthest = 3)::int AS dropped_decision,
           coalesce(f.engaged_ms, 0) AS engaged_ms,
           coalesce(f.recommendations_ms - f.engaged_ms, 0) AS recommendations_ms,
           coalesce(f.decision_ms - f.recommendations_ms, 0) AS decision_ms,
           coalesce(f.completed_ms - f.decision_ms, 0) AS completed_ms,
           f.furthest, f.outcome, f.dropped_ms, f.completed_ms AS whole_ms,
           coalesce((ARRAY[0, f.engaged_ms, f.recommendations_ms, f.decision_ms])[f.furthest + 1], 0) AS entered_ms
      FROM {{facts}} f
     CROSS JOIN LATERAL (VALUES (f.client_id, f.day), ('{EVERYONE}'::uuid, f.all_day)) s(scope, day)
     CROSS JOIN LATERAL (
           SELECT 'all' AS dimension, '' AS value UNION ALL SELECT 'language', f.language
           UNION ALL SELECT 'device', f.device UNION ALL SELECT 'flow', f.flow
           UNION ALL SELECT 'variant', unnest(f.variants)
           UNION ALL SELECT 'client', f.client_id::text WHERE s.scope = '{EVERYONE}'::uuid) d
"""  # noqa: S608 -- names of our own
"""Each fact once for every sum that it is part of: the second way to say what `contributions` says."""
TIMES = f"""
    SELECT scope, dimension, day, value, measure, width_bucket(ms, %s::bigint[]) AS bucket, count(*)
      FROM ({ROLLED}) r
     CROSS JOIN LATERAL (
           SELECT 0 AS measure, engaged_ms AS ms WHERE furthest >= 1
           UNION ALL SELECT 1, recommendations_ms WHERE furthest >= 2
           UNION ALL SELECT 2, decision_ms WHERE furthest >= 3
           UNION ALL SELECT 3, completed_ms WHERE furthest >= 4
           UNION ALL SELECT 4 + furthest, dropped_ms - entered_ms WHERE outcome = 2
           UNION ALL SELECT 8, whole_ms WHERE furthest >= 4
           UNION ALL SELECT 9, dropped_ms WHERE outcome = 2) m
     GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4
"""  # noqa: S608 -- names of our own
