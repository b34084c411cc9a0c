"""Failures as they are kept and shown: no value of anybody's, and still of use to who must mend the fault."""

from __future__ import annotations

import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pydantic
import pytest
import yaml
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from faker import Faker
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.onboarding.errors import DomainError, InvalidInput, NotFound, ProviderUnavailable
from apps.onboarding.models import Client
from apps.onboarding_api.services.pii_integration import failures
from apps.onboarding_api.services.pii_integration.failures import (
    FailureText,
    arguments_view,
    describe,
    secrets_of,
)
from apps.onboarding_api.services.pii_integration.failures.known_keys import KEY_WORDS
from apps.onboarding_api.services.pii_integration.failures.peoples_names import is_a_name
from apps.onboarding_api.services.pii_integration.failures.phrases import phrases
from background_tasks.onboarding_base_task import OnboardingBaseTask

LOCALES = ("en_US", "en_IN", "hi_IN", "de_DE", "es_ES", "fr_FR", "ar_AA", "pl_PL", "ja_JP", "tr_TR", "vi_VN")
FREE_TEXT = (
    "मेरे पिताजी अस्पताल में भर्ती हैं कृपया कल आइए",
    "والدتي مريضة ولا أستطيع الحضور غدا",
    "my daughter Anoushka attends kindergarten nearby",
    "ich wohne seit gestern allein bei Oma Hildegard",
    "मैं रवि तेजा बोल रहा हूँ",
    "hunter22!",
    "correct horse battery staple",
    "Tr0ub4dor&3",
    "Ravi",
    "Anil",
    "Lena",
    "Umar",
    "4711-0815",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
)


def planted(count: int = 1_100) -> list[str]:
    """Values of people in eleven locales, always the same ones; none of their words is in the code below."""
    made: dict[str, None] = dict.fromkeys(FREE_TEXT)
    fakers = []
    for number, locale in enumerate(LOCALES):
        faker = Faker(locale)
        faker.seed_instance(number)
        fakers.append(faker)
    chance = random.Random(7)
    while len(made) < count:
        faker = fakers[len(made) % len(fakers)]
        kinds: tuple[Callable[[], str], ...] = (
            faker.name,
            faker.first_name,
            faker.last_name,
            faker.email,
            faker.phone_number,
            faker.credit_card_number,
            faker.iban,
            faker.address,
            faker.password,
            faker.user_name,
        )
        made[chance.choice(kinds)().replace("\n", ", ")] = None
        made[f"{faker.first_name()} {chance.randint(10**9, 10**10 - 1)}"] = None
        made[f"eyJhbGciOi.{chance.randbytes(12).hex()}.{chance.randbytes(9).hex()}"] = None
    return list(made)


SECRETS = planted()


def seen_parts(secret: str, text: str) -> list[str]:
    """The whole secret, or a word of at least three characters of it, where it stands in the text."""
    text = re.sub(r"\.py:\d+ in", ".py in", text)  # a line's number is nobody's
    words = {part for part in re.findall(r"[^\W_]+", secret) if len(part) >= 3}
    standing = set(re.findall(r"[^\W_]+", text))
    return [secret] * (secret in text) + sorted(words & standing)


class Reading(pydantic.BaseModel):
    amount: int


class Sullen(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


def by_conversion(v: str) -> None:
    int(v + "x")


def by_f_string(v: str) -> None:
    raise ValueError(f"no shift for {v} at gate 7: {v!r} is unknown")


def by_percent(v: str) -> None:
    raise RuntimeError("cannot notify %s (%r) of the change" % (v, v))  # noqa: UP031 -- the old way is tested too


def by_format(v: str) -> None:
    raise LookupError("the contact {} was refused by {who!r}".format(v, who=v))  # noqa: UP032 -- as above


def by_value_alone(v: str) -> None:
    raise RuntimeError(v)


def by_joined(v: str) -> None:
    raise RuntimeError("unknown: " + v + ", " + v.upper() + ", " + v.title())


NOTHING: dict[str, str] = {}


def by_key(v: str) -> None:
    NOTHING[v]


def by_library(v: str) -> None:
    uuid.UUID(v)


def by_number(v: str) -> None:
    float(v + "x")


def by_day(v: str) -> None:
    datetime.strptime(v, "%Y")  # noqa: DTZ007 -- it raises


def by_module(v: str) -> None:
    __import__("0" + v)


def by_keyword(v: str) -> None:
    print(**{v: 1})  # type: ignore[call-overload]  # noqa: T201 -- it raises


def by_query(v: str) -> None:
    Client.objects.filter(**{v: 1})


def by_field(v: str) -> None:
    Client.objects.get(pk=v + "x")


def by_item(v: str) -> None:
    list(NOTHING).index(v)


def by_environment(v: str) -> None:
    os.environ[v]


def by_name(v: str) -> None:
    socket.getaddrinfo(f"{v}\n.invalid", 80)


def by_attribute(v: str) -> None:
    getattr(object(), v)


def by_detail(v: str) -> None:
    raise IntegrityError(
        'duplicate key value violates unique constraint "client_name_key"\n'
        f"DETAIL:  Key (name, phone)=({v}, {v}) already exists."
    )


def by_decoding(v: str) -> None:
    (v.encode() + b"\xff").decode()


def by_encoding(v: str) -> None:
    (v + "ß").encode("ascii")


def by_json(v: str) -> None:
    json.loads('{"a": "' + v + '", ' + v)


def by_yaml(v: str) -> None:
    yaml.safe_load(f"a: [{v!r}\nb: {v}: {v}")


def by_model(v: str) -> None:
    Reading.model_validate({"amount": v + "x", v: 1})


def by_validation(v: str) -> None:
    raise ValidationError({"name": [f"{v} is taken"], v: ["%(value)s is no phone"]}, params={"value": v})


def by_domain_error(v: str) -> None:
    raise InvalidInput(f"the answer {v} is no time of day", value=v)


def by_user_message(v: str) -> None:
    raise InvalidInput("no such day", user_message=f"{v} is no day.")


def by_cause(v: str) -> None:
    try:
        by_conversion(v)
    except ValueError as error:
        raise ProviderUnavailable(f"provider said: {error}") from error


def by_context(v: str) -> None:
    try:
        raise RuntimeError(v)
    except RuntimeError:
        NOTHING[v]


def by_note(v: str) -> None:
    error = ValueError("a note is attached")
    error.add_note(f"while reading {v}")
    error.add_note(v)
    raise error


def by_group(v: str) -> None:
    raise ExceptionGroup(v, [ValueError(v), ExceptionGroup("inner faults", [KeyError(v)])])


def by_local(v: str) -> None:
    name, others = v, [v, {v: v}]
    assert not (name and others)


def by_source_line(v: str) -> None:
    exec(compile(f"def {'f'}():\n    x = {v!r}\n    raise ValueError({v!r})\nf()", v, "exec"), {})  # noqa: S102 -- made on purpose


def by_arguments(v: str) -> None:
    raise RuntimeError(v, {"name": v}, [v])


def by_file(v: str) -> None:
    open("/nowhere/" + v.replace("\0", ""))  # noqa: SIM115 -- it does not open


def by_bytes(v: str) -> None:
    raise ValueError(v.encode())


CARRIERS = [function for name, function in list(globals().items()) if name.startswith("by_")]


def raised(carrier: Callable[..., None], *values: Any) -> BaseException:
    try:
        carrier(*values)
    except BaseException as error:  # noqa: BLE001 -- whatever it raises is what is looked at
        return error
    raise AssertionError(f"{carrier.__name__} raised nothing")


def whole(text: FailureText) -> str:
    return f"{text.error_class}\n{text.message}\n{text.traceback}\n{text.cause}\n{text.location}"


# --- nothing personal is visible -------------------------------------------------------------------------------


def test_more_than_a_thousand_secrets_are_planted():
    assert len(SECRETS) >= 1_000
    assert len(CARRIERS) >= 20


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.__name__)
def test_no_planted_secret_is_visible_in_an_error(carrier):
    leaks = {
        secret: parts
        for secret in SECRETS
        if (parts := seen_parts(secret, whole(describe(raised(carrier, secret)))))
    }
    assert leaks == {}


def shapes(secret: str) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    yield [secret], {}
    yield [], {"user_input": secret}
    yield [[1, [secret, (secret,)]]], {"context": {"a": {"b": [{"c": secret}]}}}
    yield [{secret: 1}], {"context": {secret: {secret: secret}}, secret: True}
    yield [secret.encode(), {secret}], {"phone": secret, "full_name": [secret]}


def test_no_planted_secret_is_visible_in_arguments():
    leaks = [
        (secret, parts)
        for secret in SECRETS
        for args, kwargs in shapes(secret)
        if (parts := seen_parts(secret, json.dumps(arguments_view(args, kwargs), ensure_ascii=False)))
    ]
    assert leaks == []


def test_the_search_for_leaks_finds_a_leak():
    assert seen_parts("Ravi Teja", "no shift for Teja") == ["Teja"]
    leaking = [secret for secret in SECRETS if seen_parts(secret, str(raised(by_f_string, secret)))]
    assert len(leaking) == len(SECRETS)


@pytest.mark.parametrize("value", ["site_name", "no shift for", "unknown", "gate", "Gate Unknown"])
def test_secret_that_the_code_could_have_written_goes_when_it_is_told(value):
    told = describe(raised(by_f_string, value), secrets=[value])
    assert value not in told.message
    assert value not in told.traceback
    assert not seen_parts(value, told.message)


def test_words_of_a_secret_go_too():
    told = describe(raised(by_f_string, "x"), secrets=["unknown person, no-one"])
    assert told.message == "no shift for … at gate 7: '…' is …"


def test_secrets_come_out_of_the_arguments():
    found = secrets_of(
        ["Ravi Teja", 98765, 12, str(uuid.uuid4()), True],
        {"context": {"Lena": [b"Umar", 1.5]}, "day": None},
    )
    assert found == {"Ravi Teja", "98765", "Lena", "Umar"}


@given(st.text(min_size=3, max_size=60))
@hypothesis_settings(deadline=None, max_examples=150)
def test_text_that_is_the_whole_message_never_shows_a_word(text):
    told = describe(raised(by_value_alone, text))
    # What the interpreter and known libraries say in general, and names of the code alone, may stay.
    if (
        not any(phrase.longest in text.lower() for phrase in phrases())
        and not text.strip("'\" ").isidentifier()
    ):
        assert not re.search(r"\w", re.sub(r"REDACTED_\w+", "", told.message))


# --- what stays is of use --------------------------------------------------------------------------------------


def no_argument() -> None: ...


def raised_by(function: Callable[..., Any]) -> None:
    function(1)


def attribute_of_nothing(thing: Any = None) -> None:
    thing.site_name  # noqa: B018 -- it raises


ORDINARY: list[tuple[Callable[[], Any], str]] = [
    (lambda: int("Ravi"), "invalid literal for int() with base 10: '…'"),
    (lambda: 1 / 0, "division by zero"),
    (lambda: list(range(1))[1], "list index out of range"),
    (attribute_of_nothing, "'NoneType' object has no attribute 'site_name'"),
    (lambda: NOTHING["shift_start"], "'shift_start'"),
    (lambda: 1 + "a", "unsupported operand type(s) for +: 'int' and 'str'"),  # type: ignore[operator]  # as below
    (lambda: raised_by(no_argument), "no_argument() takes 0 positional arguments but 1 was given"),
    (b"\xff".decode, "'utf-8' codec can't decode byte … in position 0: invalid start byte"),
    (lambda: json.loads("{x"), "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
    (lambda: json.dumps([{1, 2}]), "Object of type set is not JSON serializable"),
    (lambda: Path("/nowhere", SECRETS[0]).stat(), "[Errno 2] No such file or directory: '…'"),
    (lambda: raise_(ConnectionRefusedError(111, "Connection refused")), "[Errno 111] Connection refused"),
    (lambda: raise_(TimeoutError("timed out")), "timed out"),
    (lambda: raise_(RuntimeError(f"provider answered {503}: {SECRETS[0]}")), "provider answered 503: …"),
    (lambda: raise_(RuntimeError(f"card {4111} 1111 1111 1111")), "card …"),
    (lambda: raise_(ValueError(f"{SECRETS[0]} missing")), "… missing"),
    (lambda: raise_(ValueError(f"the file has {10**7} bytes; at most {99} are taken")),
     "the file has … bytes; at most 99 are taken"),
    (lambda: raise_(NotFound()), "There is nothing here that you may see."),
    (lambda: by_query("nome"), "Cannot resolve keyword '…' into field. Choices are: …"),
]  # fmt: skip


def raise_(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(("fault", "reads"), ORDINARY, ids=[reads[:30] for _, reads in ORDINARY])
def test_ordinary_error_still_reads(fault, reads):
    assert describe(raised(fault)).message == reads


@pytest.mark.django_db
def test_constraint_of_the_real_database_is_named_and_the_value_is_not():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE guard_book (who text CONSTRAINT guard_book_once UNIQUE)")
        cursor.execute("INSERT INTO guard_book VALUES (%s)", [SECRETS[2]])
    error = raised(insert_guard, SECRETS[2])
    told = describe(error)
    assert told.error_class == "django.db.utils.IntegrityError"
    assert 'violates unique constraint "guard_book_once"' in told.message
    assert told.message.endswith("DETAIL: Key (…) already exists.")
    assert not seen_parts(SECRETS[2], whole(told))
    assert told.location.startswith("apps/onboarding_api/tests/test_failure_texts.py:insert_guard")


def insert_guard(who: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO guard_book VALUES (%s)", [who])


# --- the traceback ---------------------------------------------------------------------------------------------


def test_traceback_has_files_lines_and_functions_and_no_source():
    text = describe(raised(by_cause, SECRETS[0])).traceback
    assert "apps/onboarding_api/tests/test_failure_texts.py" in text
    assert re.search(r"test_failure_texts\.py:\d+ in by_conversion$", text, re.MULTILINE)
    assert "caused by builtins.ValueError: invalid literal for int() with base 10: '…'" in text
    assert "int(v" not in text


def test_traceback_has_no_path_of_the_machine():
    for carrier in CARRIERS:
        text = whole(describe(raised(carrier, "x y z")))
        assert sys.prefix not in text
        assert sys.base_prefix + "/" not in text
        assert not re.search(r"(^|\s)/|site-packages|home/", text)


def deep(n: int) -> None:
    if n:
        deep(n - 1)
    raise ValueError("deep")


def test_traceback_of_many_frames_has_the_first_and_the_last():
    text = describe(raised(deep, 300)).traceback
    assert "[262 more frames]" in text
    assert len(text.splitlines()) == 42


def test_endless_recursion_is_told():
    def again() -> None:
        again()

    assert describe(raised(again)).message.startswith("maximum recursion depth exceeded")


def test_cycle_of_causes_ends():
    one, two = ValueError("one"), KeyError("two")
    one.__cause__, two.__cause__ = two, one
    assert describe(one).traceback.count("caused by") == 1


def test_causes_end_after_five():
    error = ValueError("first")
    for _ in range(20):
        following = ValueError("more")
        following.__cause__, error = error, following
    assert describe(error).traceback.count("caused by") == 5


def test_members_of_a_group_are_told():
    text = describe(raised(by_group, "x")).traceback
    assert "member builtins.ValueError" in text


# --- hostile errors --------------------------------------------------------------------------------------------


def test_error_without_a_text_is_told():
    assert describe(raised(raise_, Sullen())).error_class.endswith("test_failure_texts.Sullen")


@pytest.mark.parametrize(
    "value",
    [
        "a" * 10**6,
        "secret words " * 80_000,
        "'" * 10**6,
        "a:" * 500_000,
        "\0\x1b[31m\u202e\ud800",
        b"\xff" * 10**6,
        "'x' object " * 9_999,
    ],
    ids=["long", "words", "quotes", "colons", "controls", "bytes", "phrases"],
)
@pytest.mark.parametrize("carrier", [RuntimeError, KeyError, InvalidInput])
def test_hostile_text_is_fast_and_fit_to_be_stored(carrier, value):
    error = raised(raise_, carrier(value))
    describe(error)
    began = time.process_time()
    told = describe(error, secrets=["words"])
    assert time.process_time() - began < 0.25
    assert len(told.message) <= 500
    assert len(told.traceback) <= 8_000
    whole(told).encode()
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", whole(told))


@given(st.lists(st.one_of(st.text(), st.binary(), st.integers(), st.none()), max_size=4))
@hypothesis_settings(deadline=None, max_examples=100)
def test_describing_never_raises(arguments):
    told = describe(raised(raise_, RuntimeError(*arguments)), secrets=[str(one) for one in arguments])
    assert re.fullmatch(r"[0-9a-f]{16}", told.cause)


def test_error_that_was_never_raised_is_told():
    told = describe(ZeroDivisionError("division by zero"))
    assert (told.message, told.location) == ("division by zero", "")


def test_many_threads_read_the_same_code():
    with ThreadPoolExecutor(8) as pool:
        causes = {told.cause for told in pool.map(lambda _: describe(raised(by_cause, "x1y")), range(64))}
    assert len(causes) == 1


# --- grouping by cause -----------------------------------------------------------------------------------------


WAYS = {by_yaml: 2, by_json: 2, by_encoding: 2, by_day: 2, by_name: 4}
"""Parsers and codecs say different things of different texts: "character" and "characters" are two faults."""


@pytest.mark.parametrize(
    "carrier", [one for one in CARRIERS if one is not by_source_line], ids=lambda carrier: carrier.__name__
)
def test_cause_is_the_same_whatever_the_value(carrier):
    values = [*random.Random(3).sample(SECRETS, 60), "17", "123456789012", "a b c d e", "x" * 3_000]
    if carrier is by_attribute:
        values.pop()  # an identifier of 3,000 characters is past what is read of one
    causes = {describe(raised(carrier, value), secrets=[value]).cause for value in values}
    assert len(causes) <= WAYS.get(carrier, 1)


def first_way(n: int) -> None:
    if n % 2:
        raise ValueError(f"reading {n} is too high")
    raise ValueError(f"reading {n} is too low")


def test_two_faults_of_one_function_differ():
    assert describe(raised(first_way, 1)).cause == describe(raised(first_way, 99_999)).cause
    assert describe(raised(first_way, 1)).cause != describe(raised(first_way, 2)).cause


def test_cause_depends_on_class_and_code():
    class Special(InvalidInput):
        code = "special"

    causes = {
        describe(raised(raise_, kind("no such day"))).cause for kind in (InvalidInput, NotFound, Special)
    }
    assert len(causes) == 3


_IN_A_PROCESS = """
from apps.onboarding_api.services.pii_integration.failures import describe
{lines}def f(v):
    return int(v)
try:
    f({value!r})
except ValueError as error:
    print(describe(error).cause)
"""


def test_cause_is_the_same_in_other_processes_and_on_other_lines(tmp_path):
    causes = set()
    for value, lines in (("Ravi", ""), ("Lena", "\n\n\n")):
        script = tmp_path / "script.py"
        script.write_text(_IN_A_PROCESS.format(value=value, lines=lines), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, script],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        )
        causes.add(done.stdout.strip())
    assert len(causes) == 1
    assert re.fullmatch(r"[0-9a-f]{16}", causes.pop())


# --- the view of arguments -------------------------------------------------------------------------------------


def test_arguments_keep_their_shape_and_what_is_nobodys():
    key, now = str(uuid.uuid4()), datetime(2026, 11, 22, 8, 30, tzinfo=UTC).isoformat()
    view = arguments_view(
        [key, "the gate opens at nine", {"Ravi Teja": 1, "site_id": 5}],
        {"context": {"at": now, "opens": "09:30", "n": [1, 2.5, 1_234_567, None, True, b"abc"]}, "language": "hi"},
        parameter_names=("conversation_id", "user_input", "context_rows", "opens", "n"),
        shown=("language",),
    )  # fmt: skip
    assert view == {
        "conversation_id": key,
        "user_input": "‹text, 22 characters›",
        "context_rows": {"‹key 1›": 1, "site_id": 5},
        "context": {
            "at": now,
            "opens": "09:30",
            "n": [1, 2.5, "‹number, 7 digits›", None, True, "‹bytes, 3›"],
        },
        "language": "hi",
    }


@pytest.mark.parametrize(
    "value", ["1984-03-02", "2004-03-02", "2004-03-02T00:00:00Z", "1984-03-02T10:00:00", "12.9716", "4711"]
)
def test_text_that_can_be_a_birth_date_or_a_code_does_not_show(value):
    assert value not in str(arguments_view([value], {}))


def test_number_that_can_be_a_persons_does_not_show():
    for value in (12.9716, 919876543210, 10**5000, float("nan"), float("inf"), 1e300, -1234567):
        (shown,) = arguments_view([value], {}).values()
        assert re.fullmatch(r"‹number(, \d+ digits)?›", shown)


def test_short_number_under_a_personal_name_does_not_show():
    assert arguments_view([{"pin": 4711, "count": 4711, "dob": {"year": 1984}}], {}) == {
        "argument 1": {"pin": "‹number, 4 digits›", "count": 4711, "dob": {"year": "‹number, 4 digits›"}}
    }


def test_shown_parameter_is_scrubbed_all_the_same():
    view = arguments_view([], {"note": "mail jane.roe@example.org"}, shown=("note",))
    assert view == {"note": "mail [REDACTED_EMAIL]"}


def test_name_of_a_person_is_no_word_for_a_field():
    alone = {word for word in KEY_WORDS if is_a_name(word)}
    assert all(arguments_view([{word: 1}], {}) == {"argument 1": {"‹key 1›": 1}} for word in alone)


def test_view_is_bounded():
    nested: Any = "x"
    for _ in range(200):
        nested = [nested]
    circle: list[Any] = []
    circle.append(circle)
    view = arguments_view([list(range(10_000)), nested, circle], {"a": 1})
    assert view["argument 1"][-1] == "‹and 9800 more›"
    assert view["‹more›"] == "‹and 3 more›"
    assert "‹nested too deep›" in json.dumps(arguments_view([nested, circle], {}), ensure_ascii=False)


_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=30,
)


@given(st.lists(_json, max_size=4), st.dictionaries(st.text(), _json, max_size=4))
@hypothesis_settings(deadline=None, max_examples=150)
def test_view_of_anything_is_json_and_holds_only_known_forms(args, kwargs):
    def leaves(value: Any) -> Iterator[Any]:
        below = value.values() if isinstance(value, dict) else value
        for one in below:
            yield from leaves(one) if isinstance(one, dict | list) else (one,)

    view = arguments_view(args, kwargs)
    json.dumps(view, allow_nan=False)
    for leaf in leaves(view):
        if isinstance(leaf, str):
            assert re.fullmatch(r"‹.*›|[\d:.]{5,15}|20[\d-]{8}[T ].*|[0-9a-fA-F-]{36}", leaf)


# --- what a task says of its failure ---------------------------------------------------------------------------


def test_task_describes_its_failure_without_values():
    for secret in SECRETS[:100]:
        for carrier in (by_user_message, by_domain_error, by_cause):
            described = OnboardingBaseTask().describe_failure(raised(carrier, secret), secrets=[secret])
            if described["user_message"] == InvalidInput.user_message:
                del described["user_message"]  # the class's own sentence
            assert not seen_parts(secret, json.dumps(described, ensure_ascii=False))


def test_task_tells_the_classs_own_sentence_to_the_person():
    described = OnboardingBaseTask().describe_failure(NotFound("no such session"), secrets=["nothing here"])
    assert described["user_message"] == NotFound.user_message
    assert described["code"] == "not_found"
    assert set(described) == {
        "code", "class", "message", "user_message", "retryable", "cause", "location", "traceback",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "reads"),
    [
        (lambda: raise_(DomainError("x", user_message="This file is empty. Please send another.")),
         "This file is empty. Please send another."),
        (lambda: raise_(DomainError("x", user_message=f"The day {SECRETS[0]} is no day.")), "The day … is no day."),
        (lambda: raise_(DomainError("x", user_message=SECRETS[0])), DomainError.user_message),
        (lambda: raise_(DomainError("x", user_message="The quiet garden is closed.")), "The … is closed."),
    ],
    ids=["constant", "with a value", "a value alone", "a secret that is a constant"],
)  # fmt: skip
def test_other_sentence_for_the_person_keeps_what_the_code_wrote(fault, reads):
    error = raised(fault)
    assert isinstance(error, DomainError)
    assert failures.clean_user_message(error, secrets=["quiet garden"]) == reads


def test_usual_error_is_described_within_milliseconds():
    errors = [raised(carrier, secret) for carrier in (by_cause, by_key, by_detail) for secret in SECRETS[:40]]
    for error in errors[:3]:
        describe(error)
    took = []
    for error in errors:
        began = time.process_time()
        describe(error, secrets=["Ravi Teja", "some answer of a person"])
        took.append(time.process_time() - began)
    # About 1 ms on a small machine; the bound leaves room for one that is busy.
    assert statistics.quantiles(took, n=20)[-1] < 0.02
