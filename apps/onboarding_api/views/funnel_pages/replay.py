"""One session from its first event to its last, without anything personal."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from apps.onboarding_api.services import access, funnel_analytics
from apps.onboarding_api.views.funnel_pages import gate


@gate.funnel_page
def replay(request: HttpRequest, session_id: UUID) -> HttpResponse:
    session = access.visible_session(gate.person(request), session_id)
    told = funnel_analytics.replay_session(session)
    timeline = [
        {**item, "shown": json.dumps(item["data"], ensure_ascii=False, sort_keys=True)}
        for item in told["timeline"]
    ]
    return gate.show(request, "replay", title="Session replay", told={**told, "timeline": timeline})
