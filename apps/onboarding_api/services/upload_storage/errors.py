"""Why a file is not handed out."""

from __future__ import annotations

from apps.onboarding.errors import Conflict, Gone, ProviderUnavailable


class FileNotReady(Conflict):
    """It has not been made clean yet. `retryable` where it still may be."""

    code = "file_not_ready"
    user_message = "This file is not ready to be shown."
    next_actions = ("get_upload",)


class FileGone(Gone):
    """The file was deleted when its time was over; what was understood of it is still there."""

    code = "file_gone"
    user_message = "This file is not kept any more."
    next_actions = ("get_upload",)


class LinkExpired(Gone):
    """The link was made by us, some time ago."""

    code = "link_expired"
    user_message = "This link is no longer valid. Please open the file again."
    next_actions = ("get_a_new_link",)


class StorageUnavailable(ProviderUnavailable):
    """The object store does not answer, or refuses."""

    code = "storage_unavailable"
    user_message = "Files cannot be stored or read at the moment. Please try again shortly."


class DirectUnavailable(Conflict):
    """There is no object store that a file could be sent to."""

    code = "direct_upload_unavailable"
    user_message = "Files are sent through the server here."
    next_actions = ("send_through_the_server",)
