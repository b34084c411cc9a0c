"""Choosing the flow version that new sessions start with."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from apps.onboarding.models import FlowVersion
from apps.onboarding_api.tests import factories

pytestmark = pytest.mark.django_db
LIST = "admin:onboarding_flowversion_changelist"


@pytest.fixture
def versions() -> tuple[FlowVersion, FlowVersion]:
    """The default version and another one."""
    first = factories.default_flow()
    second = FlowVersion.objects.create(
        name=first.name, version=first.version + 1, digest="f" * 64, definition=first.definition
    )
    return first, second


def choose(client: Client, *chosen: FlowVersion) -> int:
    data = {"action": "make_default", "_selected_action": [version.pk for version in chosen]}
    return client.post(reverse(LIST), data).status_code


def defaults() -> list[FlowVersion]:
    return list(FlowVersion.objects.filter(is_default=True))


def test_another_version_becomes_the_only_default(client, versions) -> None:
    client.force_login(factories.UserFactory.create(is_staff=True, is_superuser=True))
    choose(client, versions[1])
    assert defaults() == [versions[1]]


def test_choosing_two_versions_changes_nothing(client, versions) -> None:
    client.force_login(factories.UserFactory.create(is_staff=True, is_superuser=True))
    choose(client, *versions)
    assert defaults() == [versions[0]]


def test_who_may_only_look_cannot_choose(client, versions) -> None:
    looker = factories.UserFactory.create(is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_flowversion"))
    client.force_login(looker)
    choose(client, versions[1])
    assert defaults() == [versions[0]]
