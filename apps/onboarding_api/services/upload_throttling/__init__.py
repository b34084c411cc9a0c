"""Quotas of a session's uploads: photos, documents, bytes, photos in a minute, uploads at once.

    with upload_throttling.reserved(session_id=..., user=..., kind=..., declared_bytes=...) as reservation:
        ...                                                      # receive, check, store
        with event_log.writing(session_id):
            upload_throttling.settle(reservation, actual_bytes=...)
            Upload.objects.create(pk=reservation.upload_id, ...)

Redis admits, PostgreSQL counts: a reservation that nobody settles holds nothing once its lease has ended, and what is
used is what the rows say. What is sent in several requests holds its reservation from one to the next by `charge`, and
gives its place to others meanwhile by `set_aside`.
"""

from apps.onboarding_api.services.upload_throttling.errors import QuotaSpent, UploadRefused
from apps.onboarding_api.services.upload_throttling.shapes import Cost, Reservation
from apps.onboarding_api.services.upload_throttling.throttle import (
    charge,
    quota_state,
    readmit,
    release,
    reserve,
    reserved,
    set_aside,
    settle,
)

__all__ = [
    "Cost",
    "QuotaSpent",
    "Reservation",
    "UploadRefused",
    "charge",
    "quota_state",
    "readmit",
    "release",
    "reserve",
    "reserved",
    "set_aside",
    "settle",
]
