"""The demo tenant: local settings only."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from apps.onboarding import demo_sessions
from apps.onboarding.models import Client, Membership


class DemoNotAllowed(Exception):
    """Demo accounts exist in local and test settings only."""


@transaction.atomic
def load_demo() -> Client:
    """The client "Demo Facilities" with `manager@demo.example` and the staff account `admin@demo.example`.

    Beside it "Simulated sites", which the manager may look at: some weeks of sessions that nobody had, for the funnel.
    """
    if settings.ENVIRONMENT not in {"local", "test"}:
        raise DemoNotAllowed(f"no demo accounts in {settings.ENVIRONMENT} settings")
    client, _ = Client.objects.get_or_create(slug="demo", defaults={"name": "Demo Facilities"})
    manager = _account("manager@demo.example", is_staff=False)
    _account("admin@demo.example", is_staff=True)
    Membership.objects.update_or_create(
        client=client, user=manager, defaults={"role": Membership.Role.MANAGER}
    )
    simulated = demo_sessions.load()
    Membership.objects.get_or_create(
        client=simulated, user=manager, defaults={"role": Membership.Role.VIEWER}
    )
    return client


def _account(name: str, *, is_staff: bool) -> User:
    user, _ = User.objects.update_or_create(
        username=name, defaults={"email": name, "is_staff": is_staff, "is_superuser": is_staff}
    )
    if not user.check_password(settings.DEMO_PASSWORD):
        user.set_password(settings.DEMO_PASSWORD)
        user.save(update_fields=["password"])
    return user
