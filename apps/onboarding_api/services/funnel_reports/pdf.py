"""The report as PDF: what its HTML says, the same words and drawings in the same order, on pages of A4.

Made of the HTML that is kept, so that a report of any age can be had and none says anything else than the mail did.
The same report gives the same bytes. Words can be searched and copied, headings are bookmarks. It is not tagged:
who has it read aloud is better off with the HTML.
"""

from __future__ import annotations

from threading import Lock

_alone = Lock()
"""The fonts of the library keep state while a document is made."""


def render(html: str, *, title: str) -> bytes:
    """A whole document. The library is loaded when the first one is asked for: most processes never make any."""
    from apps.onboarding_api.services.funnel_reports import markup, pdf_pages

    with _alone:
        return pdf_pages.document(markup.read(html), title=title)
