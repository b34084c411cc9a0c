from django.apps import AppConfig


class TaskLedgerConfig(AppConfig):
    name = "apps.task_ledger"
    verbose_name = "Tasks"
