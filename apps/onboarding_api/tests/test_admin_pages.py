"""The admin: every page opens, evidence cannot be altered, nothing personal and no payload is in the HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model
from django.forms.models import model_to_dict
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.onboarding.admin.logging_by_key import LogsByKey
from apps.onboarding.models import Client as Tenant
from apps.onboarding.models import Site
from apps.onboarding_api.services import erasure
from apps.onboarding_api.tests import admin_rows, factories, shared_rows
from apps.onboarding_api.tests.admin_rows import Rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows")]
OUR_APPS = ("onboarding", "task_ledger")
MODELS: list[type[Model]] = [
    model
    for label in OUR_APPS
    for model in apps.get_app_config(label).get_models()
    if not model._meta.is_composite_pk  # Django's admin takes none of these
]
EDITABLE = {
    "Client", "Membership", "Site", "Shift", "Post", "PatrolCheckpoint", "Asset", "MeterPoint", "Contact",
}  # fmt: skip
EVIDENCE = [model for model in MODELS if model.__name__ not in EDITABLE]
PAGES: list[type[Model]] = [*MODELS, *apps.get_app_config("auth").get_models(), LogEntry]
REGISTERED = [model for model in PAGES if model.__name__ != "Permission"]
BUSY = [
    "Site",
    "Contact",
    "ChangeSet",
    "ConversationSession",
    "SessionEvent",
    "Turn",
    "Recommendation",
    "Upload",
    "TaskRecord",
    "VaultEntry",
]
names = [model.__name__ for model in REGISTERED]


@pytest.fixture(scope="module")
def rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[Rows]:
    with shared_rows.committed(django_db_blocker):
        with shared_rows.building():
            rows = admin_rows.make_rows()
            kind = ContentType.objects.get_for_model(Tenant)
            LogEntry.objects.create(
                user=rows.staff, content_type=kind, object_repr="Client", action_flag=CHANGE
            )
        yield rows


@pytest.fixture
def browser(client: Client, rows: Rows) -> Client:
    client.force_login(rows.staff)
    return client


def address(model: type[Model], page: str, *args: Any) -> str:
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def some(model: type[Model]) -> Any:
    found = model._default_manager.first()
    assert found is not None, f"no row of {model.__name__} to look at"
    return found


@pytest.mark.parametrize("model", MODELS, ids=[model.__name__ for model in MODELS])
def test_every_model_is_registered(model: type[Model]) -> None:
    assert admin.site.is_registered(model)


@pytest.mark.parametrize("model", REGISTERED, ids=names)
def test_list_and_page_open_and_tell_nothing_personal(browser: Client, model: type[Model]) -> None:
    row = some(model)
    pages = [browser.get(address(model, "changelist")), browser.get(address(model, "change", row.pk))]
    for page in pages:
        assert page.status_code == 200
        for secret in (admin_rows.PHONE, "98220", admin_rows.EMAIL, admin_rows.SECRET_ARGUMENT):
            assert secret not in page.content.decode()


@pytest.mark.parametrize("model", REGISTERED, ids=names)
def test_search_takes_ids_words_and_junk(model: type[Model]) -> None:
    page = admin.site._registry[model]
    request = RequestFactory().get("/")
    for term in (str(some(model).pk), "office 'x", "'; drop", "۱۲۳", str(UUID(int=0))):
        found, _ = page.get_search_results(request, page.get_queryset(request), term)
        assert found.count() >= 0


def test_search_with_a_nul_is_refused_in_words(browser: Client, rows: Rows) -> None:
    page = browser.get(address(type(rows.task), "changelist"), {"q": "a\x00b"})
    assert page.status_code == 200
    assert "Null characters are not allowed" in page.content.decode()


def test_search_by_id_finds_the_one_row(browser: Client, rows: Rows) -> None:
    factories.RecommendationFactory.create()
    page = browser.get(address(type(rows.recommendation), "changelist"), {"q": str(rows.recommendation.pk)})
    assert [row.pk for row in page.context["cl"].result_list] == [rows.recommendation.pk]


@pytest.mark.parametrize("model", REGISTERED, ids=names)
def test_pages_send_others_to_the_sign_in(client: Client, rows: Rows, model: type[Model]) -> None:
    addresses = [address(model, "changelist"), address(model, "change", some(model).pk)]
    for who in (None, factories.UserFactory.create()):
        if who is not None:
            client.force_login(who)
        for place in addresses:
            answer = client.get(place)
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("model", EVIDENCE, ids=[model.__name__ for model in EVIDENCE])
def test_evidence_cannot_be_added_changed_or_deleted(browser: Client, model: type[Model]) -> None:
    row = some(model)
    before = model_to_dict(row), model._default_manager.count()
    posts = [
        browser.post(address(model, "add"), {}),
        browser.post(
            address(model, "change", row.pk), {"state": "done", "status": "approved", "text": "forged"}
        ),
        browser.post(address(model, "delete", row.pk), {"post": "yes"}),
    ]
    assert [answer.status_code for answer in posts] == [403, 403, 403]
    assert "delete_selected" not in admin.site._registry[model].get_actions(browser.get("/").wsgi_request)
    row.refresh_from_db()
    assert (model_to_dict(row), model._default_manager.count()) == before


def test_lists_ask_the_same_number_of_queries_however_long_they_are(browser: Client) -> None:
    busy = [model for model in MODELS if model.__name__ in BUSY]
    few = {model.__name__: _queries(browser, model) for model in busy}
    for _ in range(2):
        admin_rows.make_rows()
    assert {model.__name__: _queries(browser, model) for model in busy} == few


def _queries(browser: Client, model: type[Model]) -> int:
    with CaptureQueriesContext(connection) as asked:
        browser.get(address(model, "changelist"))
    return len(asked)


def test_the_page_of_a_session_shows_a_bounded_part_of_its_log(browser: Client, rows: Rows) -> None:
    session = rows.recommendation.session
    for number in range(60):
        factories.TurnFactory.create(
            session=session, number=100 + number, text=f"answer number {number} of many"
        )
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(address(type(session), "change", session.pk)).content.decode()
    assert page.count("of many") <= 20 * 2  # a cell and its title at most
    assert len(asked) < 40
    for kind in ("sessionevent", "turn", "recommendation", "upload"):
        assert f"/admin/onboarding/{kind}/" in page


def test_the_sidebar_shows_only_what_one_may_see(client: Client) -> None:
    client.force_login(factories.UserFactory.create(is_staff=True))
    page = client.get("/admin/")
    assert page.status_code == 200
    shown = [item for group in page.context["sidebar_navigation"] for item in group["items"]]
    assert shown
    assert not any(item["has_permission"] for item in shown)


def test_personal_fields_of_a_contact_cannot_be_typed_in_the_clear(browser: Client, rows: Rows) -> None:
    contact = some(next(model for model in MODELS if model.__name__ == "Contact"))
    before = (contact.name, contact.phone, contact.email)
    data = {"site": contact.site_id, "code": contact.code, "role": "night manager", "phone": admin_rows.PHONE}
    answer = browser.post(address(type(contact), "change", contact.pk), data)
    assert answer.status_code == 302
    contact.refresh_from_db()
    assert contact.role == "night manager"
    assert (contact.name, contact.phone, contact.email) == before


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", "House of Mr. Asha Kulkarni"), ("address", "call 98220 51337 at the gate"),
        ("city", "asha.kulkarni@sunrise.example"), ("attributes", '{"call": 9822051337}'),
        ("code", "call-asha-9822051337"),
    ],
)  # fmt: skip
def test_texts_of_a_site_take_nothing_personal(browser: Client, field: str, typed: str) -> None:
    site = some(Site)
    data = {
        "client": site.client_id,
        "code": site.code,
        "name": site.name,
        "site_type": "office",
        "attributes": "{}",
    }
    page = browser.post(address(type(site), "change", site.pk), {**data, field: typed})
    assert page.status_code == 200
    assert "please leave it out" in str(page.context["adminform"].form.errors[field])
    assert not LogEntry.objects.filter(object_id=str(site.pk)).exists()


def test_log_of_the_admin_names_rows_by_key_and_goes_with_them(browser: Client, rows: Rows) -> None:
    client = factories.ClientFactory.create(name="Acme")
    about = {"name": "Acme Two", "slug": "acme-two", "time_zone": "UTC", "is_active": "on"}
    inline = {
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-role": "viewer",
    }
    person = factories.UserFactory.create(username="asha.kulkarni@sunrise.example")
    inline["memberships-0-user"] = str(person.pk)
    assert browser.post(address(Tenant, "change", client.pk), {**about, **inline}).status_code == 302
    assert browser.post(address(type(person), "delete", person.pk), {"post": "yes"}).status_code in {200, 302}
    made = LogEntry.objects.exclude(object_repr="Client")
    assert [entry.object_repr for entry in made.filter(object_id=str(client.pk))] == [f"client {client.pk}"]
    assert all("kulkarni" not in f"{entry.object_repr} {entry.get_change_message()}" for entry in made)
    erasure.erase_client(client.pk)
    assert not LogEntry.objects.filter(object_id=str(client.pk)).exists()


def test_every_page_logs_by_key() -> None:
    assert [page for page in admin.site._registry.values() if not isinstance(page, LogsByKey)] == []
