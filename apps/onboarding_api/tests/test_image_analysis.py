"""What is measured on a photo, and what the embedded provider says it cannot do."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from PIL import Image, ImageEnhance, ImageFilter

from apps.onboarding_api.services.image_analysis import (
    OnboardingImageAnalysisService,
    quality,
    registry,
)
from apps.onboarding_api.services.photos import preparing
from apps.onboarding_api.tests import factories

MEDIA = Path(__file__).parent / "media"


def picture(image: Image.Image):
    out = io.BytesIO()
    image.save(out, "PNG")
    return quality.pixels(preparing.prepare(out.getvalue()).photo.jpeg)


@pytest.fixture(scope="module")
def scene() -> Image.Image:
    return Image.open(MEDIA / "scene_plain.jpg").convert("RGB")


def test_sharp_photo_has_no_problems(scene):
    assert quality.measure(picture(scene)).problems == ()


def test_blurred_dark_and_small_photos_are_told(scene):
    assert "blurred" in quality.measure(picture(scene.filter(ImageFilter.GaussianBlur(5)))).problems
    assert "too_dark" in quality.measure(picture(ImageEnhance.Brightness(scene).enhance(0.15))).problems
    assert "too_bright" in quality.measure(picture(Image.new("RGB", (800, 800), "white"))).problems
    assert "too_small" in quality.measure(picture(scene.resize((320, 240)))).problems


def test_qr_code_is_read():
    import cv2

    code = cv2.resize(
        cv2.QRCodeEncoder.create().encode("ASSET-0042"), None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST
    )
    sheet = Image.new("RGB", (600, 500), "white")
    sheet.paste(Image.fromarray(code).convert("RGB"), (120, 100))
    assert quality.qr_codes(picture(sheet)) == ["ASSET-0042"]
    assert quality.qr_codes(picture(Image.new("RGB", (300, 300), "white"))) == []


@pytest.mark.slow
@pytest.mark.django_db
def test_scene_is_measured_read_and_left_to_a_person():
    session = factories.SessionFactory()
    with (MEDIA / "scene_gps.jpg").open("rb") as photo:
        found = OnboardingImageAnalysisService().analyze(photo, session.session_id, kind="scene")
    assert found["scene_findings"]["available"] is False
    assert "provider" in found["scene_findings"]["reason"]
    assert {"entrance_visible", "hazards"} <= {item["id"] for item in found["checklist"]}
    assert found["labels"] == []
    assert any("GATE 1" in text for text in found["text"])
    assert found["quality"]["good"]
    assert found["size"] == {"width": 1024, "height": 768, "format": "jpeg"}
    json.dumps(found)


def test_unknown_provider_names_the_setting(settings):
    settings.VISION = replace(settings.VISION, provider="nobody")
    with pytest.raises(ImproperlyConfigured, match="VISION_PROVIDER"):
        registry.get_vision_provider()
