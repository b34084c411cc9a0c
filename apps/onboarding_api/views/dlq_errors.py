"""Why the dead letter queue does not do what was asked, as problems of HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from apps.onboarding import errors
from apps.onboarding_api.services.conversation.description import task_status
from apps.task_ledger.dead_letters.errors import NotDead, RedriveRefused
from apps.task_ledger.models import TaskRecord
from apps.task_ledger.payloads import CannotBind
from background_tasks.dead_letter_queue import row_id


class EntryNotDead(errors.Conflict):
    """Sent back, discarded or done meanwhile. `state`, `status`, `generation` say where it stands."""

    code = "not_dead"
    user_message = "This task is not waiting here any more, or has failed again since you looked."
    next_actions = ("reload",)


class EntryRefused(errors.Conflict):
    code = "redrive_refused"
    user_message = "Sending this task back would do harm or nothing."
    next_actions = ("look_at_the_detail", "discard")


class ArgumentsDoNotFit(errors.Unprocessable):
    code = "arguments_do_not_fit"
    user_message = "The program of today does not take these arguments."
    next_actions = ("edit_and_retry", "discard")


class FilterRequired(errors.InvalidInput):
    code = "filter_required"
    user_message = "Please say which entries are meant, or that all are."
    next_actions = ("send_a_filter", "send_all_true")


class BulkEnded(errors.Conflict):
    code = "bulk_ended"
    user_message = "This bulk retry has ended already."
    next_actions = ("reload",)


@contextmanager
def explained(task_id: str) -> Iterator[None]:
    """What keeps an entry where it is, told to the client."""
    try:
        yield
    except NotDead as error:
        raise not_dead(task_id) from error
    except CannotBind as error:
        raise ArgumentsDoNotFit(str(error)) from error
    except RedriveRefused as error:
        raise EntryRefused(str(error)) from error
    except errors.DomainError as error:  # the business cannot take it back: its session is gone
        raise EntryRefused(f"what it belongs to cannot take it back: {error.code}") from error


def not_dead(task_id: str) -> errors.DomainError:
    """`NotFound` where there never was such a task, else where it stands now."""
    record = TaskRecord.objects.filter(pk=row_id(task_id)).first()
    if record is None:
        return errors.NotFound("no such entry")
    detail = (
        "the task was sent back, and failed again, since it was looked at"
        if record.state in TaskRecord.DEAD_LETTERS
        else f"the task is {record.state}"
    )
    return EntryNotDead(
        detail, state=record.state, task_status=task_status(record.state), generation=record.generation
    )
