from django.apps import AppConfig


class TaskLedgerConfig(AppConfig):
    name = "apps.task_ledger"
    verbose_name = "Tasks"

    def ready(self) -> None:
        from apps.task_ledger import redis_channel

        redis_channel.install()
