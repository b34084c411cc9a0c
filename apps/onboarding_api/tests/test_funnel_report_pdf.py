"""The PDF of a weekly report says and draws what its HTML does, to whoever may see it."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
import rest_framework
from django.template.loader import render_to_string
from django.test import Client as Browser
from django.urls import reverse

from apps.onboarding.models import FunnelReport
from apps.onboarding_api.services.funnel_analytics import estimates
from apps.onboarding_api.services.funnel_reports import charts, markup, pdf, pdf_drawings, pdf_fonts
from apps.onboarding_api.tests import factories
from apps.onboarding_api.tests.api_world import Caller, assert_problem

WEEK = date(2026, 11, 9)
TITLE = "Onboarding of Sunrise: the week from 09 November 2026"
OTHER_FONT = Path(rest_framework.__file__).parent / "static/rest_framework/fonts/fontawesome-webfont.ttf"


def html(client: str = "Sunrise <Estates> & Co", *, weeks: int = 8, advice: int = 2, link: str = "") -> str:
    points = [(WEEK + timedelta(weeks=n), estimates.plain(20 + n, 50)) for n in range(weeks)]
    stage = {"dropped": "31.0% (25.0% to 37.9%, n = 200)", "before": "nobody", "reached": 200}
    return render_to_string(
        "funnel_reports/weekly.html",
        {
            "client": client, "first": "09 November 2026", "last": "15 November 2026", "limit_hours": 72,
            "sessions": 200, "sessions_before": 0, "completed": 90, "open": 4, "conversion": "45.0%",
            "conversion_before": "nobody",
            "stages": [
                {**stage, "name": "started", "bar": 31, "rest": 69, "colour": "#d97706"},
                {**stage, "name": "recommendations generated", "bar": 0, "rest": 100, "colour": "#1d4ed8"},
            ],
            "trend": [(f"{day:%d %b}", f"{rate.value:.1%}") for day, rate in points],
            "chart": charts.trend(points),
            "changes": ["By language: +1.0 points, of which \N{MINUS SIGN}0.2 points because other people came."],
            "advice": [{"title": f"Reword question {n}", "text": "Why. " * 60, "effort": "low", "marks": "quick win",
                        "expected": "-3.1 points", "money": "INR 4"} for n in range(advice)],
            "advised_sessions": 400, "past": [{"title": "T", "said": "s", "came": "c", "verdict": "hit"}],
            "record": "1 of 1 decided predictions came true.", "link": link,
        },
    )  # fmt: skip


def opened(document: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(document))


def words(document: bytes) -> Counter[str]:
    return Counter(" ".join(page.extract_text() for page in opened(document).pages).split())


def titles(reader: pypdf.PdfReader) -> list[str]:
    flat = [one for each in reader.outline for one in (each if isinstance(each, list) else [each])]
    return [str(one.title) for one in flat]  # type: ignore[union-attr]  # lists of lists do not come


@pytest.mark.parametrize(
    "given", [{}, {"weeks": 0, "advice": 0}, {"advice": 30}], ids=["usual", "empty", "long"]
)
def test_the_pdf_has_every_word_of_the_html(given: dict[str, Any]) -> None:
    source = html(**given)
    made = pdf.render(source, title=TITLE)
    assert not Counter(markup.read(source).text.split()) - words(made)
    reader = opened(made)
    assert titles(reader)[:2] == ["Onboarding of Sunrise <Estates> & Co", "Where people leave"]
    assert reader.metadata is not None
    assert reader.metadata.title == TITLE
    assert len(reader.pages) > 1 or given != {"advice": 30}


def test_bars_and_the_trend_are_those_of_the_html() -> None:
    body = markup.read(html())
    bars = [
        pdf_drawings.bar(node) for node in body.walk() if node.tag == "table" and pdf_drawings.is_bar(node)
    ]
    assert [[round(part.width / bar.width, 2) for part in bar.contents] for bar in bars] == [
        [0.31, 0.69],
        [1.0],
    ]
    (drawn,) = (pdf_drawings.svg(node) for node in body.walk() if node.tag == "svg")
    kinds = Counter(type(shape).__name__ for shape in drawn.contents)
    assert kinds == {"Circle": 8, "Polygon": 1, "PolyLine": 1, "String": 10}
    heights = [shape.cy for shape in drawn.contents if type(shape).__name__ == "Circle"]
    assert heights == sorted(heights)
    assert all(0 < height < charts.HEIGHT for height in heights)


def test_the_same_report_gives_the_same_bytes() -> None:
    assert pdf.render(html(), title=TITLE) == pdf.render(html(), title=TITLE)


def test_only_addresses_of_the_web_are_links_and_words_are_never_markup() -> None:
    link = "https://example.com/analytics/?client_id=1&week=2"
    made = pdf.render(html("<b>A</b> <img src='file:///etc/hostname'/>", link=link), title=TITLE)
    links = [note["/A"]["/URI"] for page in opened(made).pages for note in page.get("/Annots", [])]
    assert links == [link]
    assert "file:///etc/hostname'/>" in " ".join(words(made))
    harmless = pdf.render('<body><p><a href="javascript:alert(1)">go</a></p></body>', title=TITLE)
    assert "/Annots" not in opened(harmless).pages[0]


def test_letters_without_a_font_are_told() -> None:
    made = words(pdf.render(html("Сад \N{BLACK CHESS KING}"), title=TITLE))
    assert made["???"] == made["?"] == 1
    assert {"4", "letters"} <= made.keys()
    assert "letters" not in words(pdf.render(html(), title=TITLE))


@pytest.fixture
def other_font(settings: Any) -> Iterator[None]:
    settings.FUNNEL = replace(settings.FUNNEL, report_font=OTHER_FONT)
    pdf_fonts.coverage.cache_clear()
    yield
    pdf_fonts.coverage.cache_clear()


@pytest.mark.usefixtures("other_font")
def test_letters_that_only_the_font_of_the_settings_has_are_drawn_with_it() -> None:
    made = pdf.render(html("Sunrise \uf000"), title=TITLE)
    assert "letters" not in words(made)
    fonts = opened(made).pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]  # as PDF says it
    assert any("FontAwesome" in str(font.get_object()["/BaseFont"]) for font in fonts)


# who may have it


@pytest.fixture
def report() -> FunnelReport:
    client = factories.ClientFactory.create()
    return FunnelReport.objects.create(client=client, week=WEEK, subject=TITLE, text="t", html=html())


@pytest.mark.django_db
def test_whoever_sees_the_clients_figures_may_have_its_reports(report: FunnelReport) -> None:
    viewer = Caller(factories.MembershipFactory.create(client=report.client, role="viewer").user)
    address = reverse("funnel-report", args=[report.pk])
    listed = viewer("GET", f"{reverse('funnel-reports')}?client_id={report.client_id}").json()["results"]
    assert [(one["id"], one["week"]) for one in listed] == [(str(report.pk), "2026-11-09")]
    assert viewer("GET", address).json()["html"] == report.html
    answer = viewer("GET", f"{address}?export=pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="onboarding-2026-11-09.pdf"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "45.0%" in words(answer.content)
    outsider = Caller(factories.MembershipFactory.create().user)
    assert outsider("GET", reverse("funnel-reports")).json()["results"] == []
    assert_problem(outsider("GET", f"{address}?export=pdf"), 404)
    assert_problem(viewer("GET", f"{address}?export=csv"), 400)


@pytest.mark.django_db
def test_the_reports_page_in_the_admin_leads_to_its_pdf(report: FunnelReport) -> None:
    browser = Browser()
    browser.force_login(factories.UserFactory.create(is_staff=True, is_superuser=True))
    page = browser.get(reverse("admin:onboarding_funnelreport_change", args=[report.pk])).content.decode()
    button = reverse("admin:onboarding_funnelreport_as_pdf", args=[report.pk])
    assert button in page
    answer = browser.get(button, follow=True)
    assert answer.redirect_chain == [(reverse("funnel:report-pdf", args=[report.pk]), 302)]
    assert opened(answer.content).pages
    browser.force_login(factories.UserFactory.create(is_staff=True))
    assert browser.get(reverse("funnel:report-pdf", args=[report.pk])).status_code == 403
    browser.force_login(factories.MembershipFactory.create(client=report.client, role="manager").user)
    assert browser.get(reverse("funnel:report-pdf", args=[report.pk])).status_code == 302
