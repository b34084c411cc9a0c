"""The Celery application. Tasks live in `background_tasks`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intelliwiz_config.settings.local")

app = Celery("intelliwiz")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["background_tasks"], related_name="onboarding_tasks")
app.autodiscover_tasks(["background_tasks"], related_name="maintenance_tasks")
app.autodiscover_tasks(["background_tasks"], related_name="funnel_tasks")
app.autodiscover_tasks(["background_tasks"], related_name="worker_start")
