"""The admin's pages of the dead letters: who may, what they show, what the buttons do, and what never shows."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from apps.onboarding_api.tests import factories
from apps.onboarding_api.views.dlq_pages import entries
from apps.task_ledger.dead_letters import bulk
from apps.task_ledger.dead_letters.listing import Filter
from apps.task_ledger.enqueue import enqueue
from apps.task_ledger.models import BulkRedrive, BulkRedriveItem, TaskAction, TaskRecord, TaskTally
from apps.task_ledger.tests import dead
from background_tasks.dead_letter_queue import dlq_handler

pytestmark = pytest.mark.django_db
State = TaskRecord.State
OVERVIEW, LIST, RETRY_ALL, DISCARD_ALL = (
    "/admin/dead-letters/",
    "/admin/dead-letters/entries/",
    "/admin/dead-letters/retry-all/",
    "/admin/dead-letters/discard-all/",
)


def person(*rights: str, is_staff: bool = True) -> User:
    user: User = factories.UserFactory.create(is_staff=is_staff)
    found = Permission.objects.filter(content_type__app_label="task_ledger", codename__in=rights)
    assert found.count() == len(rights)
    user.user_permissions.set(found)
    return user


@pytest.fixture
def admin(client: Client) -> Client:
    """Signed in with the rights to look and to act, and no others."""
    client.force_login(person("view_taskrecord", "change_taskrecord"))
    return client


def page_of(record: TaskRecord) -> str:
    return reverse("dead_letters:entry", args=[record.pk])


def html(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def told(client: Client, address: str, data: dict[str, Any]) -> str:
    """Send a form and read the page that answers."""
    return html(client.post(address, data, follow=True))


def figure(page: str, name: str) -> str:
    found = re.search(rf'data-(?:figure|count)="{name}"[^>]*>([^<]*)<', page)
    assert found, f"no figure {name}"
    return found[1].strip()


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the last form of a page."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.split("<form")[-1]))


# who may


def all_pages() -> list[str]:
    record = dead.dead_letter()
    row = bulk.begin(Filter(), actor=None)
    return [
        OVERVIEW,
        LIST,
        RETRY_ALL,
        DISCARD_ALL,
        page_of(record),
        reverse("dead_letters:bulk", args=[row.pk]),
    ]


@pytest.mark.parametrize("who", ["nobody", "member"])
def test_others_than_staff_are_sent_to_the_sign_in(client: Client, who: str) -> None:
    if who == "member":
        client.force_login(person("view_taskrecord", "change_taskrecord", is_staff=False))
    for address in all_pages():
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/admin/login/")


def test_staff_without_the_right_to_view_tasks_get_403(client: Client) -> None:
    client.force_login(person())
    assert {client.get(address).status_code for address in all_pages()} == {403}
    assert {client.post(address).status_code for address in all_pages()} == {403}


def test_who_may_only_look_sees_no_button_and_can_send_nothing(client: Client) -> None:
    client.force_login(person("view_taskrecord"))
    for address in all_pages():
        if address not in {RETRY_ALL, DISCARD_ALL}:
            page = html(client.get(address))
            assert 'method="post"' not in page.split('class="dlq"')[1]
        assert client.post(address, {"deed": "retry", "generation": 0}).status_code == 403
    assert not TaskAction.objects.exclude(operation="bulk_redrive").exists()


def test_sending_takes_the_csrf_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("view_taskrecord", "change_taskrecord"))
    record = dead.dead_letter()
    assert strict.post(page_of(record), {"deed": "retry", "generation": 0}).status_code == 403
    record.refresh_from_db()
    assert record.state == State.DEAD


def test_superuser_may_all_and_the_sidebar_leads_there(client: Client) -> None:
    client.force_login(factories.UserFactory.create(is_staff=True, is_superuser=True))
    assert 'href="/admin/dead-letters/"' in html(client.get("/admin/"))
    assert {client.get(address).status_code for address in all_pages()} == {200}


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(admin: Client, method: str) -> None:
    assert getattr(admin, method)(OVERVIEW).status_code == 405


# overview


def test_overview_groups_by_cause_with_true_counts(admin: Client) -> None:
    for _ in range(3):
        dead.dead_letter(cause="c1")
    dead.dead_letter(cause="c2")
    page = html(admin.get(OVERVIEW))
    assert (figure(page, "dead"), figure(page, "chosen")) == ("4", "4 dead letters.")
    assert re.findall(r'<tr data-cause="(\w+)">\s*<td[^>]*><a [^>]*>(\d+)</a>', page) == [
        ("c1", "3"),
        ("c2", "1"),
    ]


def test_group_leads_to_its_entries(admin: Client) -> None:
    dead.dead_letter(cause="c1")
    dead.dead_letter(cause="c2")
    page = html(admin.get(OVERVIEW, {"cause": "c2"}))
    (address,) = set(re.findall(r'data-cause="c2">\s*<td[^>]*><a href="([^"]+)"', page))
    assert (
        figure(html(admin.get(address.replace("&amp;", "&"))), "total") == "1 dead letter matches. One cause."
    )


@pytest.mark.parametrize(
    ("given", "n"),
    [
        ({}, 3),
        ({"task_name": dead.NAME}, 3),
        ({"task_name": "another"}, 0),
        ({"error_class": "ValueError"}, 3),
        ({"error_class": "builtins.KeyError"}, 0),
        ({"cause": "c1"}, 2),
        ({"state": "expired"}, 1),
        ({"state": "dead", "cause": "c1"}, 1),
        ({"since": "2020-01-01T00:00"}, 3),
        ({"until": "2020-01-01T00:00"}, 0),
        ({"since": "9999-12-31T23:59", "until": "0001-01-01T00:00+14:00"}, 0),
    ],
)
@pytest.mark.parametrize("address", [OVERVIEW, LIST])
def test_filters_narrow_overview_and_list_alike(
    admin: Client, address: str, given: dict[str, str], n: int
) -> None:
    records = [dead.dead_letter(cause="c1"), dead.dead_letter(cause="c1"), dead.dead_letter(cause="c2")]
    TaskRecord.objects.filter(pk=records[0].pk).update(state=State.EXPIRED)
    page = html(admin.get(address, given))
    assert figure(page, "chosen" if address == OVERVIEW else "total").startswith(f"{n} dead letter")


def test_filter_by_client(admin: Client) -> None:
    tenant = factories.ClientFactory.create(name="Sunrise Towers")
    mine = dead.dead_letter()
    TaskRecord.objects.filter(pk=mine.pk).update(client_id=tenant.pk)
    dead.dead_letter()
    page = html(admin.get(LIST, {"client_id": str(tenant.pk)}))
    assert figure(page, "total") == "1 dead letter matches."
    assert "Sunrise Towers" in page


@pytest.mark.parametrize(
    "given",
    [
        {"client_id": "x"}, {"since": "yesterday"}, {"state": "done"}, {"cause": "a" * 17}, {"task_name": "a\x00b"},
        {"until": "2026-13-01"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", [OVERVIEW, LIST, RETRY_ALL, DISCARD_ALL])
def test_filter_that_is_not_understood_is_told_and_never_half_used(
    admin: Client, address: str, given: dict[str, str]
) -> None:
    record = dead.dead_letter()
    assert "Filter, " in html(admin.get(address, given, follow=True))
    page = (
        told(admin, address, {**given, "reason": "x", "everything": "on"})
        if address in {RETRY_ALL, DISCARD_ALL}
        else ""
    )
    record.refresh_from_db()
    assert (record.state, BulkRedrive.objects.count()) == (State.DEAD, 0)
    assert not page or "Filter, " in page


def test_meter_of_conservation_is_green_at_none_and_red_at_a_lost_row(admin: Client) -> None:
    record = dead.dead_letter()
    page = html(admin.get(OVERVIEW))
    assert figure(page, "missing") == "0 missing"
    assert "dlq-card-bad" not in page
    record.delete()  # as a fault would: nobody accounts for it
    page = html(admin.get(OVERVIEW))
    assert figure(page, "missing") == "1 missing"
    assert "Rows were lost" in page


def test_rows_that_no_commit_accounts_for_are_told_too(admin: Client) -> None:
    dead.dead_letter()
    TaskTally.objects.all().delete()
    assert figure(html(admin.get(OVERVIEW)), "missing") == "1 too many"


def test_fill_of_the_index_counts_the_dead_beyond_it(admin: Client, settings: Any) -> None:
    from dataclasses import replace

    settings.DEAD_LETTERS = replace(settings.DEAD_LETTERS, index_size=2)
    for _ in range(3):
        dead.dead_letter()
    page = html(admin.get(OVERVIEW))
    assert "150 %" in page
    assert "1 more are in the table alone" in page
    assert "dlq-bar-bad" in page


def test_empty_queue_says_that_nothing_is_to_do(admin: Client) -> None:
    assert "There is nothing to do here" in html(admin.get(OVERVIEW))
    for address in (LIST, RETRY_ALL, DISCARD_ALL):
        assert "Nothing matches" in html(admin.get(address))


# list


def test_list_is_walked_to_its_end_without_doubles_or_gaps(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "PAGE_SIZE", 3)
    records = [dead.dead_letter() for _ in range(8)]
    TaskRecord.objects.update(finished_at=timezone.now())  # all at the same moment: the id decides
    seen: list[str] = []
    address = LIST
    while address:
        page = html(admin.get(address))
        seen += re.findall(r'href="/admin/dead-letters/([0-9a-f-]{36})/"', page)
        older = re.search(r'href="([^"]+)" rel="next"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert len(seen) == len(records)
    assert set(seen) == {str(record.pk) for record in records}


@pytest.mark.parametrize("mark", ["x", "2026-01-01_x", f"2026-01-01T00:00:00_{UUID(int=7)}", "_", "\x00"])
def test_unknown_place_in_the_list_leads_to_its_beginning(admin: Client, mark: str) -> None:
    dead.dead_letter()
    assert "here is its beginning" in html(admin.get(LIST, {"after": mark}, follow=True))


# one entry


def test_page_of_an_entry_shows_cause_shape_history_and_deeds(admin: Client) -> None:
    record = dead.dead_letter(number=7, word="Asha Kulkarni", fails=True)
    told(admin, page_of(record), {"deed": "retry", "generation": 0, "reason": "the provider is back"})
    dead.run(record)
    page = html(admin.get(page_of(record)))
    for text in (
        "ValueError",
        "the provider is back",
        "Retried",
        "‹text, 13 characters›",
        "1 time",
    ):
        assert text in page
    assert "Asha" not in page
    assert page.count("No attempt left, or none can help") == 2


def test_unknown_id_is_told(admin: Client) -> None:
    for answer in (admin.get, admin.post):
        page = html(answer(reverse("dead_letters:entry", args=[uuid4()]), follow=True))
        assert "There is no task with this id" in page


def test_retry_sends_it_back_once_however_often_it_is_clicked(admin: Client) -> None:
    record = dead.dead_letter(number=3)
    click = {"deed": "retry", "generation": 0}
    assert "Sent back." in told(admin, page_of(record), click)
    assert "You retried it already" in told(admin, page_of(record), click)
    record.refresh_from_db()
    assert (record.state, record.generation, TaskAction.objects.count()) == (State.QUEUED, 1, 1)
    assert dead.run(record).state == State.DONE
    assert "Nothing was done a second time" in told(admin, page_of(record), click)


def test_click_after_another_admin_names_them(admin: Client) -> None:
    record = dead.dead_letter()
    other = person("change_taskrecord")
    dlq_handler.discard_dlq_task(str(record.pk), actor=other, reason="not wanted")
    page = told(admin, page_of(record), {"deed": "retry", "generation": 0})
    assert f"{other.username} discarded it already" in page


def test_page_from_before_another_failure_does_nothing(admin: Client) -> None:
    record = dead.dead_letter(fails=True)
    bulk.begin(Filter(), actor=None)
    bulk.advance()
    dead.run(record)
    page = told(admin, page_of(record), {"deed": "retry", "generation": 0})
    assert "failed again, since it was looked at" in page
    record.refresh_from_db()
    assert (record.state, record.generation) == (State.DEAD, 1)


def test_page_of_a_task_under_way_looks_again_by_itself_and_offers_nothing(admin: Client) -> None:
    record = dead.dead_letter()
    dlq_handler.retry_dlq_task(str(record.pk))
    page = html(admin.get(page_of(record)))
    assert 'hx-trigger="every' in page
    assert 'method="post"' not in page.split('class="dlq"')[1]
    part = html(admin.get(page_of(record), headers={"HX-Request": "true"}))
    assert part.lstrip().startswith('<div id="dlq-live"')
    dead.run(record)
    assert "hx-trigger" not in html(admin.get(page_of(record), headers={"HX-Request": "true"}))


def test_entry_that_does_not_fit_says_why_and_can_only_be_discarded(admin: Client) -> None:
    record = dead.dead_letter(no_such_argument=1)
    page = html(admin.get(page_of(record)))
    assert "It cannot be sent back" in page
    assert 'value="retry"' not in page
    assert "It stays dead" in told(admin, page_of(record), {"deed": "retry", "generation": 0})
    assert "Put away" in told(
        admin, page_of(record), {"deed": "discard", "generation": 0, "reason": "old code"}
    )


def test_task_whose_code_is_gone_or_whose_seal_does_not_open_still_has_a_page(admin: Client) -> None:
    gone, sealed = dead.dead_letter(), dead.dead_letter()
    TaskRecord.objects.filter(pk=gone.pk).update(name="removed_long_ago")
    TaskRecord.objects.filter(pk=sealed.pk).update(sealed_payload=b"not what was sealed")
    assert "no task of this name exists any more" in html(admin.get(page_of(gone)))
    assert "do not open" in html(admin.get(page_of(sealed)))
    for record in (gone, sealed):
        for deed in ("retry", "edit"):
            sent = {"deed": deed, "generation": 0, "do-number": "replace", "value-number": "1"}
            assert (
                "Nothing was done" in (page := told(admin, page_of(record), sent)) or "It stays dead" in page
            )


# editing


def test_edit_replaces_and_takes_out_and_notes_it_by_shape(admin: Client) -> None:
    record = dead.dead_letter(number=1, fails=True, word="Asha Kulkarni")
    sent = {
        "deed": "edit", "generation": 0, "reason": "wrong number", "do-number": "replace", "value-number": "5",
        "do-fails": "take_out", "do-word": "replace", "value-word": '"Ravi Deshpande"',
    }  # fmt: skip
    page = told(admin, page_of(record), sent)
    assert "Changed fails, number, word and sent it back" in page
    assert "Edited and retried" in page
    assert not re.search("Asha|Kulkarni|Ravi|Deshpande", page)
    dead.ran.clear()
    assert dead.run(record).state == State.DONE
    assert dead.ran == [{"number": 5, "fails": False, "word": "Ravi Deshpande"}]
    assert "You edited and retried it already" in told(admin, page_of(record), sent)


@pytest.mark.parametrize(
    "value",
    ["", "plain words", "[1,", "NaN", "1e999", '"a\\u0000b"', "[" * 3000, "null", '"\\ud800"', "9" * 6000],
)
def test_value_that_is_no_json_is_told_and_comes_back_to_be_mended(admin: Client, value: str) -> None:
    record = dead.dead_letter(number=1)
    sent = {"deed": "edit", "generation": 0, "do-number": "replace", "value-number": value}
    page = html(admin.post(page_of(record), sent))
    assert "Nothing was done. number: " in page
    assert f">{escape(value)}</textarea>" in page
    record.refresh_from_db()
    assert record.state == State.DEAD


def test_edit_of_nothing_is_told(admin: Client) -> None:
    record = dead.dead_letter()
    sent = {
        "deed": "edit",
        "generation": 0,
        "do-no_such": "replace",
        "value-no_such": "1",
        "do-number": "keep",
    }
    assert "No argument was chosen" in told(admin, page_of(record), sent)


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"deed": "retry"}, {"deed": "retry", "generation": "x"}, {"deed": "retry", "generation": "-1"},
        {"deed": "retry", "generation": "9" * 30}, {"deed": "drop table", "generation": 0},
        {"deed": "discard", "generation": 0}, {"deed": "discard", "generation": 0, "reason": "  "},
        {"deed": "retry", "generation": 0, "reason": "a\x00b"}, {"deed": "retry", "generation": 0, "reason": "x" * 501},
    ],
)  # fmt: skip
def test_form_that_is_not_understood_is_told_and_does_nothing(admin: Client, sent: dict[str, Any]) -> None:
    record = dead.dead_letter()
    assert "Nothing was done." in told(admin, page_of(record), sent)
    record.refresh_from_db()
    assert (record.state, TaskAction.objects.count()) == (State.DEAD, 0)


# bulk


def test_preview_counts_what_would_be_sent_and_writes_nothing(admin: Client) -> None:
    dead.dead_letter(cause="c1")
    dead.dead_letter(cause="c1", no_such_argument=1)
    dead.dead_letter(cause="c2")
    page = html(admin.get(RETRY_ALL, {"cause": "c1"}))
    assert figure(page, "total") == "2 dead letters would be sent back"
    assert "1 of the 2 newest do not fit" in page
    assert not BulkRedrive.objects.exists()


def test_preview_names_providers_that_admit_nothing(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead.the_task(), "admitted_in", lambda: 37.2)
    dead.dead_letter()
    assert "its provider admits nothing for another 37 s" in html(admin.get(RETRY_ALL))


def test_confirmed_twice_is_one_bulk_over_what_was_counted(admin: Client) -> None:
    counted = dead.dead_letter(number=1)
    form = fields(html(admin.get(RETRY_ALL)))
    later = dead.dead_letter(number=2)
    sent = {**form, "rate_per_minute": "60", "reason": "mended"}
    page = told(admin, RETRY_ALL, sent)
    assert "Begun: 1 dead letters" in page
    assert figure(page, "pending") == "1"
    assert "begun from this page already" in told(admin, RETRY_ALL, sent)
    assert BulkRedriveItem.objects.get().task_id == counted.pk
    bulk.advance()
    dead.run(counted)
    bulk.advance()
    bulk.advance()
    page = html(admin.get(reverse("dead_letters:bulk", args=[BulkRedrive.objects.get().pk])))
    assert figure(page, "succeeded") == "1"
    assert 'hx-trigger="every' not in page
    later.refresh_from_db()
    assert later.state == State.DEAD


def test_new_preview_begins_a_new_bulk_of_the_same_filter(admin: Client) -> None:
    dead.dead_letter()
    until = (timezone.now() + timedelta(days=1)).isoformat()
    for _ in range(2):
        form = fields(html(admin.get(RETRY_ALL, {"until": until})))
        told(admin, RETRY_ALL, {**form, "rate_per_minute": "60"})
    assert BulkRedrive.objects.count() == 2


@pytest.mark.parametrize("rate", ["", "0", "-5", "x", "9999999999"])
def test_rate_that_is_none_is_told(admin: Client, rate: str) -> None:
    dead.dead_letter()
    form = fields(html(admin.get(RETRY_ALL)))
    assert "Nothing was begun." in told(admin, RETRY_ALL, {**form, "rate_per_minute": rate})
    assert not BulkRedrive.objects.exists()


def test_running_bulk_is_stopped_once(admin: Client) -> None:
    dead.dead_letter()
    row = bulk.begin(Filter(), actor=None)
    address = reverse("dead_letters:bulk", args=[row.pk])
    assert "Stopped. What was sent before runs on" in told(admin, address, {})
    assert "It had ended already" in told(admin, address, {})
    assert "stopped by a person" in html(admin.get(OVERVIEW))
    assert "no bulk retry with this id" in html(
        admin.get(reverse("dead_letters:bulk", args=[uuid4()]), follow=True)
    )


def test_bulk_that_is_no_mend_shows_why_it_stopped(admin: Client) -> None:
    record = dead.dead_letter(fails=True)
    row = bulk.begin(Filter(), actor=None)
    bulk.advance()
    dead.run(record)
    bulk.advance()
    page = html(admin.get(reverse("dead_letters:bulk", args=[row.pk])))
    assert "Stopped: 1 of 1 failed again" in page


def test_bulk_discard_puts_away_what_was_counted_and_notes_each(admin: Client) -> None:
    counted = [dead.dead_letter(cause="c1") for _ in range(3)]
    other = dead.dead_letter(cause="c2")
    page = html(admin.get(DISCARD_ALL, {"cause": "c1"}))
    assert figure(page, "total") == "3 dead letters would be put away for good"
    later = dead.dead_letter(cause="c1")
    sent = {**fields(page), "reason": "test data"}
    assert "Put away: 3 dead letters" in told(admin, DISCARD_ALL, sent)
    assert "Nothing was left to put away" in told(admin, DISCARD_ALL, sent)
    states = dict(TaskRecord.objects.values_list("pk", "state"))
    assert [states[one.pk] for one in (*counted, other, later)] == [State.DISCARDED] * 3 + [State.DEAD] * 2
    assert TaskAction.objects.filter(operation="discard", reason="test data").count() == 3


def test_bulk_discard_takes_a_reason_and_for_everything_a_tick(admin: Client) -> None:
    record = dead.dead_letter()
    form = fields(html(admin.get(DISCARD_ALL)))
    assert "Please fill in: reason" in told(admin, DISCARD_ALL, {**form, "everything": "on"})
    assert "tick that this is meant" in told(admin, DISCARD_ALL, {**form, "reason": "x"})
    assert "Please fill in: until" in told(admin, DISCARD_ALL, {"reason": "x", "everything": "on"})
    record.refresh_from_db()
    assert record.state == State.DEAD
    assert "Put away: 1" in told(admin, DISCARD_ALL, {**form, "reason": "x", "everything": "on"})


# nothing personal


def secrets() -> list[str]:
    """Two hundred values that no page may show: names, addresses, numbers, tokens."""
    first = (
        "Aarohi",
        "Balwinder",
        "Chandrakant",
        "Devyani",
        "Eshwar",
        "Falguni",
        "Gurpreet",
        "Hemlata",
        "Ishaan",
        "Jignesh",
    )
    last = ("Wadekar", "Mukhopadhyay", "Thackersey", "Venkataraman", "Gaikwad")
    names = [f"{one} {other}" for one in first for other in last]
    mails = [f"{name.replace(' ', '.').lower()}@mail{number}.example" for number, name in enumerate(names)]
    phones = [f"+91 98{number:03d} {51337 + 7 * number}" for number in range(50)]
    tokens = [f"sk-live-{uuid4().hex}" for _ in range(50)]
    return [*names, *mails, *phones, *tokens]


def pieces(value: str) -> set[str]:
    """The value, and each part of it that says something by itself."""
    return {
        value,
        *(part for part in re.split(r"[ @]", value) if len(part) > 5 and not part.startswith("mail")),
    }


def test_none_of_two_hundred_planted_secrets_is_on_any_page(admin: Client) -> None:
    values = secrets()
    assert len(values) == 200
    records = []
    for number in range(0, 200, 5):
        identity, (value, other, *more) = uuid4(), values[number // 5 :: 40]
        try:
            try:
                raise KeyError(other)
            except KeyError as cause:
                raise ValueError(f"could not reach {value} for {other}, {more}") from cause
        except ValueError as error:
            dlq_handler.send_to_dlq(
                str(identity), "understand_photo" if number % 2 else dead.NAME, [value, more],
                {"note": f"please call {value}", other: value, "deep": [{"to": more}]}, error, 1,
            )  # fmt: skip
        records.append(TaskRecord.objects.get(pk=identity))
    fitting = dead.dead_letter(word=values[0])
    sent = {
        "deed": "edit",
        "generation": 0,
        "do-word": "replace",
        "value-word": f'"{values[1]}"',
        "reason": values[60],
    }
    pages = [told(admin, page_of(fitting), sent)]
    told(
        admin,
        page_of(records[0]),
        {"deed": "discard", "generation": 0, "reason": f"asked by {values[61]}, {values[101]}"},
    )
    row = dlq_handler.retry_many(Filter(), reason=f"for {values[62]}")
    bulk.advance()
    pages += [html(admin.get(page_of(record))) for record in records]
    pages += [html(admin.get(address)) for address in (OVERVIEW, RETRY_ALL, DISCARD_ALL)]
    pages.append(html(admin.get(reverse("dead_letters:bulk", args=[row.pk]))))
    address = LIST
    while address:
        pages.append(html(admin.get(address)))
        older = re.search(r'href="([^"]+)" rel="next"', pages[-1])
        address = older[1].replace("&amp;", "&") if older else ""
    everything = "\n".join(pages)
    shown = {piece for value in values for piece in pieces(value) if piece in everything}
    assert len(pages) >= len(records) + 1 + 3 + 1 + 1
    assert shown == set()


def test_reason_is_scrubbed(admin: Client) -> None:
    record = dead.dead_letter()
    page = told(
        admin,
        page_of(record),
        {"deed": "retry", "generation": 0, "reason": "asked by asha.kulkarni@sunrise.example"},
    )
    assert "asha.kulkarni" not in page
    assert "asked by" in page


def test_markup_in_a_name_is_text(admin: Client) -> None:
    record = enqueue("process_conversation_step", kwargs={})
    hostile = "<script>alert(1)</script>"
    TaskRecord.objects.filter(pk=record.pk).update(
        name=hostile, state=State.DEAD, finished_at=timezone.now(), error={"message": hostile, "location": hostile},
        error_class=hostile,
    )  # fmt: skip
    for address in (OVERVIEW, LIST, page_of(record), RETRY_ALL, DISCARD_ALL):
        assert hostile not in html(admin.get(address))
