"""Shapes of the weekly reports."""

from __future__ import annotations

from rest_framework import serializers

from apps.onboarding.models import FunnelReport
from apps.onboarding_api.serializers.fields import IdField
from apps.onboarding_api.serializers.pagination import CursorPage
from apps.onboarding_api.serializers.strict import StrictSerializer


class ReportsQuerySerializer(StrictSerializer):
    client_id = IdField(required=False, help_text="One client. Without it: all that you may see.")
    cursor = serializers.CharField(required=False, help_text="From `next` or `previous` of a page.")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=CursorPage.max_page_size)


class ReportRowSerializer(serializers.ModelSerializer):
    class Meta:
        model = FunnelReport
        fields = ["id", "client_id", "week", "subject"]


class ReportSerializer(serializers.ModelSerializer):
    class Meta:
        model = FunnelReport
        fields = ["id", "client_id", "week", "subject", "text", "html"]


class ReportExportSerializer(StrictSerializer):
    export = serializers.ChoiceField(["json", "pdf"], required=False, help_text="As a file.")
