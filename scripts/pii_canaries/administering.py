"""The pages of those who run the platform: signing in, searching, looking, editing."""

from __future__ import annotations

import re
from urllib.parse import quote

import httpx

from scripts.pii_canaries.target import STAFF, Target
from scripts.pii_canaries.values import Aviary

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_ROW = re.compile(r'href="(/admin/[a-z_]+/[a-z_]+/[^"/?]+/change/)')
_LIST = re.compile(r'href="(/admin/[a-z_]+/[a-z_]+/)"')


class Pages:
    """A browser that is signed in to the admin. `seen`: address and what stood there, where nothing was typed in."""

    def __init__(self, target: Target) -> None:
        self._browser = httpx.Client(base_url=target.url, timeout=60, follow_redirects=True)
        self._password = target.password
        self.seen: list[tuple[str, str]] = []

    def close(self) -> None:
        self._browser.close()

    def sign_in(self, aviary: Aviary) -> None:
        """First as nobody, with a value for a name and another for a password; then as the operator."""
        wrong = aviary.take("EMAIL", "admin, sign-in").value, aviary.take("PHONE", "admin, sign-in").value
        for name, password in (wrong, (STAFF, self._password)):
            page = self._browser.get("/admin/login/")
            form = {
                "csrfmiddlewaretoken": _token(page),
                "username": name,
                "password": password,
                "next": "/admin/",
            }
            self._browser.post("/admin/login/", data=form, headers={"Referer": str(page.url)})

    def search(self, aviary: Aviary) -> None:
        """A value in the search box of every list, and in its filters."""
        for address in self.lists():
            one, two = aviary.several(2, "admin, search")
            self._browser.get(f"{address}?q={quote(one.value)}")
            self._browser.get(f"{address}?{quote(two.value)}__exact=1&p={quote(two.value)}")
        one, two = aviary.several(2, "admin, search")
        self._browser.get(
            f"/admin/dead-letters/entries/?task_name={quote(one.value)}&since={quote(two.value)}"
        )

    def read(self, *, rows_of_each: int) -> None:
        """Lists, rows and their histories as they stand."""
        for address in [*self.lists(), "/admin/", "/admin/dead-letters/", "/admin/dead-letters/entries/"]:
            page = self._look(address)
            for row in list(dict.fromkeys(_ROW.findall(page)))[:rows_of_each]:
                self._look(row)
                self._look(row.replace("/change/", "/history/"))
        entries = re.findall(
            r'href="(/admin/dead-letters/[0-9a-f-]{36}/)', self._look("/admin/dead-letters/entries/")
        )
        for entry in list(dict.fromkeys(entries))[:rows_of_each]:
            self._look(entry)

    def discard(self, aviary: Aviary) -> None:
        """One dead letter put away by its page, with a reason."""
        entries = re.findall(
            r'href="(/admin/dead-letters/[0-9a-f-]{36}/)', self._look("/admin/dead-letters/entries/")
        )
        for entry in entries[:3]:
            page = self._browser.get(entry)
            reason = f"asked by {aviary.take('NAME', 'dead letters, reasons').value}"
            form = {
                "csrfmiddlewaretoken": _token(page),
                "deed": "discard",
                "generation": "0",
                "reason": reason,
            }
            self._browser.post(entry, data=form, headers={"Referer": str(page.url)})

    def lists(self) -> list[str]:
        return sorted(set(_LIST.findall(self._browser.get("/admin/").text)))

    def _look(self, address: str) -> str:
        answer = self._browser.get(address)
        self.seen.append((address, answer.text))
        return answer.text


def _token(page: httpx.Response) -> str:
    found = _TOKEN.search(page.text)
    return found.group(1) if found else ""
