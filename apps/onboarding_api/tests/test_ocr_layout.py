"""Rows, columns, displays and doubts, on texts whose places are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from apps.onboarding_api.services.ocr_service import layout, meters, registers, windows
from apps.onboarding_api.services.ocr_service.port import TextLine

IMAGE = np.zeros((600, 900, 3), dtype=np.uint8)


def line(
    text: str, left: float, top: float, *, height: float = 30, confidence: float = 0.99, angle: float = 0
) -> TextLine:
    width = max(len(text), 1) * height * 0.55
    turn = math.radians(angle)
    corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    box = tuple(
        (x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)) for x, y in corners
    )
    return TextLine(text=text, confidence=confidence, box=box)  # type: ignore[arg-type]  # four corners by construction


class Reader:
    """An `OcrProvider` whose single lines are given."""

    is_embedded = True

    def __init__(self, *texts: str, confidence: float = 0.95) -> None:
        self._texts = list(texts)
        self._confidence = confidence

    def read(self, image):
        raise AssertionError("the whole photo has been read already")

    def read_line(self, image):
        return (self._texts.pop(0) if self._texts else ""), self._confidence


def table(angle: float = 0) -> list[TextLine]:
    rows = [
        ("No", "Name", "Phone"),
        ("1", "Asha Verma", "98450 12345"),
        ("2", "", "99860 54321"),
        ("3", "Meera Nair", ""),
    ]
    return [
        line(text, 60 + 260 * column, 100 + 60 * row, angle=angle)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
        if text
    ] + [line("VISITORS REGISTER", 200, 20, angle=angle)]


@pytest.mark.parametrize("angle", [0, 4, -6, 9])
def test_table_is_read_at_any_slant(angle):
    page = registers.read_page(
        [
            *table(angle),
            line("4", 60, 340, angle=angle),
            line("Leela Das", 320, 340, angle=angle),
            line("-", 580, 340, angle=angle),
        ]
    )
    assert page.columns == ("No", "Name", "Phone")
    assert page.header_detected
    assert [cell.text for cell in page.rows[0]] == ["1", "Asha Verma", "98450 12345"]
    assert "VISITORS REGISTER" in page.remarks


def test_table_without_a_heading_numbers_its_columns():
    page = registers.read_page(
        [one for one in table() if one.text not in {"No", "Name", "Phone"}]
        + [line("7", 60, 400), line("Leela Das", 320, 400), line("96320 11223", 580, 400)]
    )
    assert page.columns == ("Column 1", "Column 2", "Column 3")
    assert not page.header_detected
    assert len(page.rows) == 2


def test_page_without_a_table_has_only_remarks():
    page = registers.read_page([line("CLOSED", 50, 50), line("until Monday", 50, 120)])
    assert (page.rows, page.columns, page.remarks) == ((), (), ("CLOSED", "until Monday"))
    assert registers.read_page([]).confidence == 0


def test_personal_columns_are_known_by_their_heading():
    assert registers.personal_kind("Visitor Name") == "NAME"
    assert registers.personal_kind("Mobile No.") == "PHONE"
    assert registers.personal_kind("Purpose") is None


def test_reading_order_is_row_by_row():
    assert layout.reading_order([line("world", 200, 12), line("below", 10, 80), line("hello", 10, 10)]) == [
        "hello world",
        "below",
    ]


def meter(*extra: TextLine, digits: str = "004512") -> list[TextLine]:
    return [line("STATIC METER", 100, 50), line(digits, 120, 150, height=90), line("kWh", 600, 200), *extra]


def read(lines, *passes: str, **known):
    return meters.read_meter(IMAGE, lines, Reader(*passes), **known)


def test_reading_that_fits_in_every_way_is_read():
    found = read(meter(), "004512", "004512", previous="004498")
    assert (found.status, found.value, found.unit, found.reasons) == ("read", "004512", "kWh", ())


@pytest.mark.parametrize(
    ("passes", "known", "reason"),
    [
        (("004512", "004572"), {"previous": "004498"}, "passes_disagree"),
        (("004512", ""), {"previous": "004498"}, "passes_disagree"),
        (("004512", "004512"), {}, "digit_count_unknown"),
        (("004512", "004512"), {"expected_digits": 5}, "digit_count"),
        (("004512", "004512"), {"previous": "004600"}, "below_previous"),
        (("004512", "004512"), {"previous": "000001", "expected_digits": 4}, "digit_count"),
    ],
)
def test_every_doubt_is_asked(passes, known, reason):
    found = read(meter(), *passes, **known)
    assert found.status == "needs_confirmation"
    assert reason in found.reasons
    assert "004512" in found.candidates


def test_step_of_a_tenth_of_the_range_is_doubted():
    assert "step_too_large" in read(meter(digits="904512"), "904512", "904512", previous="004512").reasons


def test_confident_passes_on_two_tall_numbers_are_doubted():
    found = read(meter(line("77120", 120, 300, height=88)), "004512", "004512", previous="004498")
    assert "several_numbers" in found.reasons
    assert "77120" in found.candidates


def test_low_confidence_is_doubted():
    lines = [line("004512", 120, 150, height=90, confidence=0.6)]
    found = meters.read_meter(IMAGE, lines, Reader("004512", "004512", confidence=0.5), previous="004500")
    assert "low_confidence" in found.reasons


def test_display_read_upside_down_is_read_again():
    found = read(meter(digits="66h50"), "015499", "015499", "015499", expected_digits=6)
    assert (found.status, found.value) == ("read", "015499")


def test_drums_that_were_missed_are_found_in_wider_windows():
    lines = [line("0395", 120, 150, height=90), line("m3", 500, 200)]
    found = read(lines, "0395", "03954", "03954 m3", "3954m3", "03954", "03954", previous="03900")
    assert (found.status, found.value) == ("read", "03954")


def test_a_number_in_one_window_only_is_not_believed():
    lines = [line("0395", 120, 150, height=90)]
    found = read(lines, "0395", "03954", "0395", "", "0395", "0395", previous="03900")
    assert (found.status, found.value) == ("needs_confirmation", "0395")
    assert "digit_count" in found.reasons


def test_drums_that_were_found_apart_are_one_number():
    shown = windows.displays(
        [line("0", 100, 100, height=80), line("1834", 160, 102, height=84), line("Qn 1.5", 100, 300)]
    )
    assert [one.digits for one in shown] == ["01834"]


def test_decimals_and_units_on_the_display_are_kept_apart():
    assert windows.digits_of("00451,2 kWh") == "00451.2"
    assert windows.digits_of("0 1 8 3 4 m3") == "01834"
    assert windows.digits_of("3200 imp/kWh") is None
    assert windows.digits_of("kWh") is None


def test_photo_without_digits_is_unreadable_and_guesses_nothing():
    found = meters.read_meter(IMAGE, [line("WATER METER", 100, 100)], Reader(""), previous="00100")
    assert (found.status, found.value, found.candidates, found.reasons) == (
        "unreadable",
        None,
        (),
        ("unclear",),
    )
