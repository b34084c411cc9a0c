"""Refusals of the protocol."""

from __future__ import annotations

from apps.onboarding.errors import Conflict, Gone, PreconditionFailed


class OffsetMismatch(Conflict):
    """Another request was faster, or the client is mistaken; `offset` is where to go on."""

    code = "offset_mismatch"
    retryable = True
    user_message = "Part of this file has arrived already. Sending goes on from there."
    next_actions = ("ask_for_the_offset", "resume")


class UploadGone(Gone):
    """It has expired, or the whole file was refused; then `refused_as` has the code."""

    code = "upload_gone"
    user_message = "This file cannot be sent on. Please begin anew."
    next_actions = ("begin_anew",)


class VersionUnsupported(PreconditionFailed):
    """Not the version of tus that is spoken here."""

    code = "tus_version_unsupported"
    user_message = "This app is of another version than the server. Please update it."
    next_actions = ("send_tus_resumable",)


class NotArrived(Conflict):
    """The form was made, and nobody has posted it."""

    code = "file_not_arrived"
    retryable = True
    user_message = "The file has not arrived yet. Please send it, then try again."
    next_actions = ("post_the_form", "retry")
