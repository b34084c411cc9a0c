"""Accounts, groups, and what was done by whom in this admin."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from apps.onboarding.admin.base import EvidenceAdmin
from apps.onboarding.admin.logging_by_key import LogsByKey

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class AccountAdmin(LogsByKey, UserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "is_active", "is_staff", "is_superuser", "last_login", "date_joined"]
    date_hierarchy = "date_joined"


@admin.register(Group)
class RoleAdmin(LogsByKey, GroupAdmin, ModelAdmin):
    pass


@admin.register(LogEntry)
class LogEntryAdmin(EvidenceAdmin):
    list_display = ["action_time", "user", "content_type", "object_repr", "action_flag"]
    list_filter = ["action_flag", "content_type"]
    list_select_related = ["user", "content_type"]
    id_fields = ()
    search_fields = ["user__username", "object_repr", "object_id"]
    date_hierarchy = "action_time"
    fields = [
        "action_time",
        "user",
        "content_type",
        "object_id",
        "object_repr",
        "action_flag",
        "change_message",
    ]
