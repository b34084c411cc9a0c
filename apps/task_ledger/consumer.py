"""Celery's consumer, with one difference: a message that it cannot read is refused, and does not end the worker.

A body of another shape raises deep inside Celery, the worker exits, and the message goes back to the queue: the next
worker dies of it too. What is refused is lost to nobody, for tasks are rows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from celery.worker.consumer import Consumer as CeleryConsumer

logger = logging.getLogger("celery.task")
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError)


class Consumer(CeleryConsumer):
    """Set as `worker_consumer`."""

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
        handle = super().create_task_handler(*args, **kwargs)

        def handle_or_refuse(message: Any) -> Any:
            try:
                return handle(message)
            except _UNREADABLE as error:
                logger.error("message refused, it cannot be read: %s", type(error).__name__)
                return message.reject_log_error(logger, self.connection_errors)

        return handle_or_refuse
