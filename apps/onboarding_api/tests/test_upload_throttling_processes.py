"""Upload quotas in real processes: beside the sequential model, and under kill -9."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from apps.onboarding_api.tests import factories
from scripts.quota_model import comparing, kills
from scripts.quota_model.model import Quotas, Session

pytestmark = pytest.mark.django_db(transaction=True)
OPERATIONS = int(os.environ.get("QUOTA_MODEL_OPERATIONS", "1200"))
KILLS = int(os.environ.get("QUOTA_MODEL_KILLS", "20"))


def environment(folder: Path) -> dict[str, str]:
    """Leads other processes to this test's rows, and to a folder of files of its own."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return {
        "DATABASE_URL": urlunsplit(database),
        "DJANGO_SETTINGS_MODULE": "intelliwiz_config.settings.test",
        "MEDIA_ROOT": str(folder / "media"),
    }


def sessions(count: int) -> list[UUID]:
    client = factories.ClientFactory.create()
    return [one.pk for one in factories.SessionFactory.create_batch(count, client=client)]


@pytest.mark.slow
def test_uploads_of_eight_processes_agree_with_the_model(tmp_path: Path) -> None:
    found = comparing.compare(
        tmp_path,
        sessions=sessions(comparing.sessions_for(OPERATIONS)),
        environment=environment(tmp_path),
        operations=OPERATIONS,
        seed=7,
    )
    assert (found.differing, found.figures, found.missing) == (0, 0, 0), found.example
    assert found.operations >= OPERATIONS
    assert found.admitted > found.operations / 20  # both kinds of decisions were compared
    assert found.refused > found.operations / 20


@pytest.mark.slow
def test_killed_uploaders_leave_nothing_behind(tmp_path: Path) -> None:
    found = kills.kill_uploaders(
        kills=KILLS,
        sessions=sessions(kills.sessions_for(KILLS)),
        user_id=factories.UserFactory.create().pk,
        environment=environment(tmp_path),
        seed=11,
    )
    assert found.drift == (0, 0, 0, 0, 0, 0)
    assert found.kills == KILLS
    assert found.with_uploads_under_way > KILLS / 2  # the kills met uploads
    assert found.uploads > 0  # and others got through


def test_the_model_itself_refuses_what_is_too_much() -> None:
    model = Session(Quotas(at_once=2, burst=2, photos=3, documents=1, bytes=100, window_seconds=1))
    photo, document = (1, 0, 10), (0, 1, 10)
    assert model.reserve(0, "a", photo, stored=())
    assert model.reserve(1, "b", photo, stored=())
    assert not model.reserve(2, "c", document, stored=())  # two at once
    model.settle(["a"])
    assert not model.reserve(3, "c", photo, stored=())  # two in a second
    assert model.reserve(3, "c", document, stored=())
    model.release("c")
    model.release("c")
    assert model.used() == (2, 0, 20)
    assert model.reserve(1_000_000, "d", photo, stored=("b",))  # the first is a second old
    model.settle(["d"])
    assert not model.reserve(5_000_000, "e", photo, stored=())  # three in all
    assert not model.reserve(5_000_000, "e", (0, 1, 71), stored=())


def test_the_tests_run_with_the_figures_of_the_product() -> None:
    quotas = settings.UPLOAD_QUOTAS
    assert (quotas.max_photos, quotas.max_documents, quotas.max_bytes) == (50, 20, 100 * 1024 * 1024)
    assert (quotas.photos_per_minute, quotas.uploads_at_once) == (10, 3)
