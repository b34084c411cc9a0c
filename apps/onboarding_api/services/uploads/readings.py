"""A person confirms what a meter shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from apps.onboarding import event_log
from apps.onboarding.errors import InvalidInput, NotFound, SessionClosed
from apps.onboarding.models import MeterReading
from apps.onboarding_api.services import access, meter_units

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_DIGITS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
"""A meter has up to eight drums and two or three after the point; ten digits in a row would dial."""


def confirm_reading(*, reading_id: UUID, user: User, value: str, unit: str = "") -> MeterReading:
    """Keep the confirmed digits (leading zeros stay). `InvalidInput` for what is no meter reading."""
    found = MeterReading.objects.filter(pk=reading_id).values_list("upload__session_id", flat=True).first()
    if found is None:
        raise NotFound("no such reading")
    session = access.visible_session(user, found)
    access.require_role(user, session.client_id, at_least=access.Role.CONTRIBUTOR)
    if not _DIGITS.fullmatch(value):
        raise InvalidInput(
            "a reading has 1 to 9 digits, with up to 4 decimals",
            user_message="Please send the digits that the meter shows: at most 9, and 4 after the point.",
        )
    counted_in = meter_units.canonical(unit) if unit else ""
    if counted_in is None:
        raise InvalidInput(
            "a unit is one that meters count in: kWh, m3, L, kg, h or the like",
            user_message="Please send a unit that meters count in, such as kWh or m3.",
        )
    with event_log.writing(found) as locked:
        if locked.is_closed:
            raise SessionClosed(f"the session is {locked.current_state}")
        reading = MeterReading.objects.select_for_update().get(pk=reading_id)
        reading.confirmed_value, reading.confirmed_by, reading.confirmed_at = value, user, timezone.now()
        reading.unit = counted_in or reading.unit
        reading.needs_confirmation = False
        reading.save()
        data = {"reading_id": str(reading.pk), "value": value, "unit": reading.unit, "read_as": reading.value}
        event_log.append(locked, event_log.Kind.READING_CONFIRMED, data, actor=user)
    return reading
