"""The clean copy takes the original's place: rows, files, verdicts and duplicates."""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.utils import timezone
from PIL import Image, ImageEnhance

from apps.onboarding.errors import DomainError
from apps.onboarding.models import Client, ConversationSession, InfectedFile, Site, Upload
from apps.onboarding_api.services import erasure
from apps.onboarding_api.services.antivirus import ScannerUnavailable, infected, scanning, self_test
from apps.onboarding_api.services.ocr_service import OnboardingOCRService
from apps.onboarding_api.services.photos import errors, keeping, positions, preparing
from apps.onboarding_api.services.upload_storage import serving
from apps.onboarding_api.services.upload_storage.errors import FileNotReady
from apps.onboarding_api.services.uploads import scanning_later, storing, understanding
from apps.onboarding_api.tests import factories, scanner_world
from apps.task_ledger import execution

MEDIA = Path(__file__).parent / "media"
SCENE = (MEDIA / "scene_gps.jpg").read_bytes()
PLACE = (12.9716, 77.5946)
Verdict = Upload.PositionVerdict
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]


@pytest.fixture
def session() -> ConversationSession:
    return factories.SessionFactory()


@pytest.fixture(autouse=True)
def _scanner_is_forgotten() -> Iterator[None]:
    """What was known of a test's scanner, and that it rests, are this process's."""
    yield
    scanning.resting.end()
    self_test.forget()


@pytest.fixture
def rules(settings: Any) -> Callable[..., None]:
    """Changes the rules for photos."""

    def change(**given: Any) -> None:
        settings.PHOTOS = replace(settings.PHOTOS, **given)

    return change


def upload(session: ConversationSession, content: bytes = SCENE, **given: Any) -> Upload:
    key = default_storage.save(f"{given.get('kind', 'scene')}/original.jpg", ContentFile(content))
    whole = {
        "byte_size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "storage_key": key,
    } | given
    return factories.UploadFactory(session=session, **whole)


def stored() -> set[str]:
    return {
        f"{folder}/{name}"
        for folder in default_storage.listdir("")[0]
        for name in default_storage.listdir(folder)[1]
    }


def read(key: str) -> bytes:
    with default_storage.open(key) as file:
        content: bytes = file.read()
    return content


def scene(**enhanced: float) -> bytes:
    image = Image.open(io.BytesIO(SCENE)).convert("RGB")
    for name, factor in enhanced.items():
        image = getattr(ImageEnhance, name)(image).enhance(factor)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_clean_copy_and_thumbnail_replace_the_original(
    session: ConversationSession, django_capture_on_commit_callbacks: Any
) -> None:
    content = scene()
    made = upload(session, content, content_type="image/png")
    original_key = made.storage_key
    with django_capture_on_commit_callbacks(execute=True):
        photo = keeping.clean_copy(made)
    made.refresh_from_db()
    assert stored() == {made.storage_key, made.thumbnail_key}
    assert original_key not in stored()
    assert read(made.storage_key) == photo.jpeg
    assert (made.content_type, made.byte_size) == ("image/jpeg", len(photo.jpeg))
    assert made.sha256 == hashlib.sha256(photo.jpeg).hexdigest()
    assert (made.original_content_type, made.original_byte_size) == ("image/png", len(content))
    assert made.original_sha256 == hashlib.sha256(content).hexdigest()
    assert (made.width, made.height, made.perceptual_hash) == (1024, 768, photo.fingerprint)
    assert made.prepared_at is not None
    assert max(Image.open(io.BytesIO(read(made.thumbnail_key))).size) == 320
    json.dumps(made.findings)


def test_original_stays_until_the_row_is_committed(
    session: ConversationSession, django_capture_on_commit_callbacks: Any
) -> None:
    made = upload(session)
    original_key = made.storage_key
    with django_capture_on_commit_callbacks() as waiting:
        keeping.clean_copy(made)
    assert len(waiting) >= 1
    assert original_key in stored()


def test_prepared_photo_is_not_prepared_again(
    session: ConversationSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = upload(session)
    first = keeping.clean_copy(made)
    monkeypatch.setattr(preparing, "prepare", lambda _: pytest.fail("prepared twice"))
    assert keeping.clean_copy(Upload.objects.get(pk=made.pk)) == first


def test_worker_that_lost_its_task_leaves_the_original_alone(
    session: ConversationSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = upload(session)

    def lost() -> None:
        raise execution.LeaseLost("another worker")

    monkeypatch.setattr(execution, "fenced", lost)
    with pytest.raises(execution.LeaseLost):
        keeping.clean_copy(made)
    assert stored() == {made.storage_key}
    assert Upload.objects.get(pk=made.pk).prepared_at is None


@pytest.mark.parametrize(
    "fault", [OSError("the disk"), MemoryError(), SystemExit(1), OperationalError("gone")]
)
@pytest.mark.parametrize("step", ["_write", "fenced"])
def test_copy_that_no_row_came_to_name_is_deleted_whatever_went_wrong(
    session: ConversationSession, monkeypatch: pytest.MonkeyPatch, fault: BaseException, step: str
) -> None:
    made = upload(session)

    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(execution if step == "fenced" else keeping, step, fail)
    with pytest.raises(type(fault)):
        keeping.clean_copy(made)
    assert stored() == {made.storage_key}


def test_copy_without_room_for_its_thumbnail_is_deleted(
    session: ConversationSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, save = upload(session), storing.save_bytes
    saved: list[str] = []

    def first_only(data: bytes) -> str:
        if saved:
            raise OSError(28, "No space left on device")
        saved.append(save(data))
        return saved[0]

    monkeypatch.setattr(storing, "save_bytes", first_only)
    with pytest.raises(OSError, match="No space"):
        keeping.clean_copy(made)
    assert stored() == {made.storage_key}


@pytest.mark.parametrize("how", ["erased", "deleted", "infected"])
def test_photo_that_is_taken_away_while_it_is_prepared_leaves_no_copy(
    session: ConversationSession,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
    how: str,
) -> None:
    made, prepare = upload(session), preparing.prepare

    def meanwhile(content: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            if how == "erased":
                erasure.erase_session(session.pk)
            elif how == "deleted":
                Upload.objects.get(pk=made.pk).delete()
            else:
                scanning_later._take_away(made)
        return prepare(content)

    monkeypatch.setattr(preparing, "prepare", meanwhile)
    with pytest.raises(DomainError):
        keeping.clean_copy(Upload.objects.get(pk=made.pk))
    left = stored()
    assert left == ({made.storage_key} if how == "deleted" else set())  # what nobody names is the sweep's


def test_copy_of_a_commit_that_was_made_all_the_same_stays(
    session: ConversationSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, hand_over = upload(session), keeping._hand_over

    def then_the_connection_breaks(*given: Any, **named: Any) -> None:
        hand_over(*given, **named)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(keeping, "_hand_over", then_the_connection_breaks)
    with pytest.raises(OperationalError):
        keeping.clean_copy(made)
    row = Upload.objects.get(pk=made.pk)
    assert {row.storage_key, row.thumbnail_key} <= stored()


def test_original_that_was_taken_unscanned_is_scanned_before_it_goes(
    session: ConversationSession, settings: Any
) -> None:
    made = upload(session, scan="not_scanned")
    with scanner_world.fake() as scanner:
        scanner_world.configure(settings, scanner.address, mode="optional")
        keeping.clean_copy(made)
    assert scanner.files == [SCENE]
    assert Upload.objects.get(pk=made.pk).scan == "clean"


def test_infected_original_gets_no_copy(
    session: ConversationSession,
    settings: Any,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    content = SCENE + self_test.eicar()
    made = upload(session, content, scan="not_scanned")
    with scanner_world.fake() as scanner:
        scanner_world.configure(
            settings, scanner.address, mode="optional", infected_folder=tmp_path / "infected"
        )
        with django_capture_on_commit_callbacks(execute=True):
            assert understanding.understand_upload(upload_id=made.pk)["status"] == "failed"
    row = Upload.objects.get(pk=made.pk)
    assert row.error is not None
    assert (row.scan, row.error["code"], row.prepared_at) == ("infected", "infected_file", None)
    assert stored() == set()
    assert infected.content_of(InfectedFile.objects.get(upload=made).pk) == content
    assert session.events.filter(kind="upload_failed").count() == 1


def test_copy_of_an_original_that_was_never_scanned_is_not_called_clean(
    session: ConversationSession, settings: Any
) -> None:
    made = upload(session, scan="not_scanned")
    scanner_world.configure(settings, scanner_world.nobody(), mode="optional")
    keeping.clean_copy(made)
    made = Upload.objects.get(pk=made.pk)
    assert made.scan == "not_scanned"
    with pytest.raises(FileNotReady):
        serving.served(made, serving.Variant.THUMBNAIL)
    with scanner_world.fake() as scanner:
        scanner_world.configure(settings, scanner.address, mode="optional")
        assert scanning_later.scan_waiting()["clean"] == 1
    assert scanner.files == [read(made.storage_key)]
    made = Upload.objects.get(pk=made.pk)
    assert made.scan == "copy_clean"
    assert serving.served(made, serving.Variant.THUMBNAIL).key == made.thumbnail_key


def test_required_scanner_that_is_away_keeps_the_unscanned_original_waiting(
    session: ConversationSession, settings: Any
) -> None:
    made = upload(session, scan="not_scanned")
    scanner_world.configure(settings, scanner_world.nobody(), mode="required")
    with pytest.raises(ScannerUnavailable) as fault:
        understanding.understand_upload(upload_id=made.pk)
    assert fault.value.retryable
    row = Upload.objects.get(pk=made.pk)
    assert (row.status, row.prepared_at) == ("received", None)
    assert stored() == {made.storage_key}


def test_photo_that_cannot_be_read_is_a_finding_and_keeps_its_row(session: ConversationSession) -> None:
    made = upload(session, SCENE[:5000])
    assert understanding.understand_upload(upload_id=made.pk)["status"] == "failed"
    made.refresh_from_db()
    assert made.error is not None
    assert (made.error["code"], made.prepared_at) == ("image_unreadable", None)
    assert stored() == {made.storage_key}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind", "previous"),
    [
        ("meter_lcd.jpg", "meter", None),
        ("meter_drum.jpg", "meter", None),
        ("register_page.jpg", "register", None),
    ],
)
def test_readings_of_the_kept_copy_are_those_of_the_original(
    session: ConversationSession, name: str, kind: str, previous: None
) -> None:
    content = (MEDIA / name).read_bytes()
    service, other = OnboardingOCRService(), factories.SessionFactory()
    ask = service.read_meter if kind == "meter" else service.read_register
    from_original = ask(content, other.session_id)
    from_copy = ask(keeping.clean_copy(upload(session, content, kind=kind)), session.session_id)
    assert from_copy == from_original


def test_same_file_again_is_a_duplicate_and_is_taken(session: ConversationSession) -> None:
    first, second = upload(session), upload(session)
    keeping.clean_copy(first)
    keeping.clean_copy(second)
    assert first.duplicate_of_id is None
    assert second.duplicate_of_id == first.pk
    assert second.findings["photo"]["duplicate"] == {"same_file": True, "same_session": True}


def test_same_picture_in_another_encoding_is_a_duplicate(session: ConversationSession) -> None:
    first, second = upload(session), upload(session, scene(Brightness=0.9))
    keeping.clean_copy(first)
    keeping.clean_copy(second)
    assert second.duplicate_of_id == first.pk
    assert second.findings["photo"]["duplicate"]["same_file"] is False


def test_duplicates_are_looked_for_at_the_client_and_nowhere_else(session: ConversationSession) -> None:
    of_another_client = upload(factories.SessionFactory())
    of_another_session = upload(factories.SessionFactory(client=session.client))
    mine = upload(session)
    keeping.clean_copy(of_another_client)
    keeping.clean_copy(of_another_session)
    keeping.clean_copy(mine)
    assert of_another_session.duplicate_of_id is None
    assert mine.duplicate_of_id == of_another_session.pk
    assert mine.findings["photo"]["duplicate"]["same_session"] is False


def test_meters_that_look_alike_are_no_duplicates(session: ConversationSession) -> None:
    first = upload(session, scene(), kind="meter")
    again, same = (
        upload(session, scene(Brightness=0.95), kind="meter"),
        upload(session, scene(), kind="meter"),
    )
    for one in (first, again, same):
        keeping.clean_copy(one)
    assert (again.duplicate_of_id, same.duplicate_of_id) == (None, first.pk)


def test_flat_pictures_are_no_duplicates_of_each_other(session: ConversationSession) -> None:
    made = []
    for colour in ("black", "white"):
        out = io.BytesIO()
        Image.new("RGB", (640, 480), colour).save(out, "JPEG")
        made.append(upload(session, out.getvalue()))
        keeping.clean_copy(made[-1])
    assert [one.duplicate_of_id for one in made] == [None, None]


def test_position_of_the_camera_is_kept_and_judged(session: ConversationSession) -> None:
    taken = timezone.datetime.fromisoformat("2026-01-15T04:00:00+00:00")  # type: ignore[attr-defined]  # datetime
    made = upload(session)
    Upload.objects.filter(pk=made.pk).update(cdtz=taken + timedelta(hours=1))
    made.refresh_from_db()
    keeping.clean_copy(made)
    made.refresh_from_db()
    assert (made.latitude, made.longitude) == pytest.approx(PLACE)
    assert (made.position_source, made.captured_at, made.position_verdict) == (
        "exif",
        taken,
        Verdict.ACCEPTED,
    )


def test_position_of_the_request_goes_before_that_of_the_camera(session: ConversationSession) -> None:
    made = upload(session, latitude=1.0, longitude=2.0, position_source="request")
    keeping.clean_copy(made)
    assert (made.latitude, made.longitude, made.position_source) == (1.0, 2.0, "request")
    assert made.position_accuracy is None


def test_photographed_document_keeps_no_position(session: ConversationSession) -> None:
    made = upload(session, kind="document")
    keeping.clean_copy(made)
    assert (made.latitude, made.captured_at, made.position_verdict) == (None, None, "")
    assert "position" not in made.findings["photo"]


def site(client: Client, **given: Any) -> Site:
    values = {
        "code": "gate",
        "name": "North Gate",
        "site_type": "office",
        "latitude": PLACE[0],
        "longitude": PLACE[1],
    }
    return Site.objects.create(client=client, **(values | given))


def judged(**given: Any) -> positions.Judgement:
    """A good photo, but for what is given."""
    now = timezone.now()
    good: dict[str, Any] = {
        "place": PLACE, "damaged": False, "accuracy": 5.0, "captured_at": now - timedelta(minutes=1), "arrived_at": now,
        "site": PLACE,
    }  # fmt: skip
    return positions.judge(**(good | given))


FAR = (PLACE[0] + 0.1, PLACE[1])


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ({}, Verdict.ACCEPTED),
        ({"accuracy": None, "site": None}, Verdict.ACCEPTED),
        ({"place": None}, Verdict.MISSING),
        ({"place": None, "damaged": True}, Verdict.UNUSABLE),
        ({"place": (0.0, 0.0)}, Verdict.UNUSABLE),
        ({"accuracy": 201.0}, Verdict.INACCURATE),
        ({"accuracy": 200.0}, Verdict.ACCEPTED),
        ({"place": FAR}, Verdict.OUTSIDE_SITE),
        ({"place": FAR, "site": None}, Verdict.ACCEPTED),
        ({"place": (PLACE[0] + 0.0095, PLACE[1]), "accuracy": 100.0}, Verdict.ACCEPTED),
        ({"place": (PLACE[0] + 0.0095, PLACE[1]), "accuracy": 10.0}, Verdict.OUTSIDE_SITE),
        ({"captured_at": None}, Verdict.TIME_UNKNOWN),
        ({"captured_at": timezone.now() + timedelta(hours=1)}, Verdict.IN_FUTURE),
        ({"captured_at": timezone.now() + timedelta(minutes=5)}, Verdict.ACCEPTED),
        ({"captured_at": timezone.now() - timedelta(days=8)}, Verdict.TOO_OLD),
        ({"place": FAR, "captured_at": None, "accuracy": 500.0}, Verdict.INACCURATE),
    ],
)
def test_verdict_is_the_first_rule_that_is_broken(given: dict[str, Any], verdict: Verdict) -> None:
    assert judged(**given).verdict == verdict


def test_rules_of_zero_ask_for_nothing(rules: Any) -> None:
    rules(max_position_error_metres=0.0, max_site_distance_metres=0.0, max_age_hours=0.0)
    assert judged(accuracy=9000.0, place=FAR, captured_at=None).problems == ()
    assert judged(captured_at=timezone.now() - timedelta(days=999)).problems == ()


def test_what_is_only_missing_is_refused_where_it_is_required(rules: Any) -> None:
    nothing, late = (
        judged(place=None, captured_at=None),
        judged(captured_at=timezone.now() - timedelta(days=99)),
    )
    assert (nothing.refused, late.refused) == (False, False)
    rules(position_strict=True)
    assert (nothing.refused, late.refused) == (False, True)
    rules(position_required=True)
    assert (nothing.refused, late.refused, judged().refused) == (True, True, False)
    rules(position_strict=False)
    assert nothing.refused is False


def along_the_sphere(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The angle between the two directions from the middle of the earth, by their vectors, times its radius."""

    def direction(place: tuple[float, float]) -> tuple[float, float, float]:
        north, east = map(math.radians, place)
        return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)

    (a, b, c), (d, e, f) = direction(one), direction(other)
    across = math.hypot(b * f - c * e, c * d - a * f, a * e - b * d)
    return positions.EARTH_RADIUS_METRES * math.atan2(across, a * d + b * e + c * f)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((0.0, 0.0), (0.0, 1.0)),
        ((52.5163, 13.3777), (48.8584, 2.2945)),
        ((10.0, 179.9), (10.0, -179.9)),
        ((90.0, 0.0), (-90.0, 0.0)),
        ((-33.8583, 151.2125), (-33.8584, 151.2125)),
        (PLACE, PLACE),
    ],
)
def test_distances_are_those_between_directions(one: tuple[float, float], other: tuple[float, float]) -> None:
    assert positions.distance_metres(one, other) == pytest.approx(
        along_the_sphere(one, other), rel=1e-6, abs=1e-3
    )


def test_degree_of_latitude_is_111_kilometres() -> None:
    assert positions.distance_metres((10.0, 20.0), (11.0, 20.0)) == pytest.approx(111_195, abs=1)


def test_site_is_known_by_the_one_of_its_name(session: ConversationSession) -> None:
    session.collected_data = {"site_name": "north gate"}
    assert positions.site_of(session) is None
    site(factories.ClientFactory(), code="elsewhere")
    assert positions.site_of(session) is None
    site(session.client)
    assert positions.site_of(session) == PLACE
    site(session.client, code="second")
    assert positions.site_of(session) is None
    assert positions.site_of(factories.SessionFactory()) is None


@pytest.mark.slow
def test_bad_verdict_is_told_and_does_not_stop_the_photo(session: ConversationSession) -> None:
    made = upload(session)  # taken in January, long before it arrived
    understanding.understand_upload(upload_id=made.pk)
    made.refresh_from_db()
    assert (made.status, made.position_verdict) == (Upload.Status.UNDERSTOOD, Verdict.TOO_OLD)
    assert made.findings["photo"]["position"]["problems"] == [Verdict.TOO_OLD]
    assert any("GATE 1" in text for text in made.findings["text"])
    assert session.events.get(kind="upload_understood").data["position_verdict"] == Verdict.TOO_OLD


def test_strict_rules_fail_the_upload_with_the_verdict(session: ConversationSession, rules: Any) -> None:
    rules(position_strict=True)
    made = upload(session)
    understanding.understand_upload(upload_id=made.pk)
    made.refresh_from_db()
    assert made.status == Upload.Status.FAILED
    assert made.error is not None
    assert (made.error["code"], made.error["verdict"]) == ("position_refused", Verdict.TOO_OLD)
    assert made.prepared_at is not None


def test_decoder_that_cannot_start_is_tried_again(
    session: ConversationSession, settings: Any, tmp_path: Path
) -> None:
    settings.BASE_DIR = tmp_path
    made = upload(session)
    with pytest.raises(errors.DecoderUnavailable) as fault:
        understanding.understand_upload(upload_id=made.pk)
    assert fault.value.retryable
    made.refresh_from_db()
    assert made.status == Upload.Status.RECEIVED
