"""What all pages of the admin share: search by id, no total counts, and read-only rows where they are evidence."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from apps.onboarding.admin.logging_by_key import LogsByKey
from apps.onboarding.admin.plain_text import PlainTextForm


class PageAdmin(LogsByKey, ModelAdmin):
    """A page whose search box also takes a whole id, by index, and whose texts take nothing personal."""

    form = PlainTextForm
    id_fields: tuple[str, ...] = ("pk",)
    """The UUID columns that an id in the search box is looked up in; none where the row has no such id."""
    search_help_text = "A whole id, or words."
    list_per_page = 50
    show_full_result_count = False  # a second count over the whole table would cost more than the page
    list_fullwidth = True
    compressed_fields = True

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        identity = _as_uuid(search_term)
        if identity is None or not self.id_fields:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(reduce(or_, (Q(**{name: identity}) for name in self.id_fields))), False


def _never(self: object, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG001 -- Django asks so
    return False


class ReadOnly:
    """Rows that are looked at here and never added, changed or deleted: only the product itself writes them."""

    has_add_permission = _never
    has_change_permission = _never
    has_delete_permission = _never


class EvidenceAdmin(ReadOnly, PageAdmin):
    """A page over rows that are evidence."""


class EvidenceInline(ReadOnly, TabularInline):
    """The rows of a session on its page: a page of them at a time, each with a link to its own."""

    extra = 0
    max_num = 0
    per_page = 20
    show_change_link = True
    tab = True
    can_delete = False


def _as_uuid(term: str) -> UUID | None:
    try:
        return UUID(term.strip())
    except ValueError:
        return None
