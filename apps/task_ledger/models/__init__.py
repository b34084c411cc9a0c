"""What the ledger remembers: tasks, their failed runs, what people did to them, and how many were ever committed."""

from apps.task_ledger.models.action import TaskAction
from apps.task_ledger.models.attempt import TaskAttempt
from apps.task_ledger.models.bulk import BulkRedrive, BulkRedriveItem
from apps.task_ledger.models.record import TaskRecord
from apps.task_ledger.models.tally import TaskTally

__all__ = ["BulkRedrive", "BulkRedriveItem", "TaskAction", "TaskAttempt", "TaskRecord", "TaskTally"]
