"""Calls of providers: who was asked what for which session, how long it took, and what it cost."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0020_last_heard_at")]

    operations = [
        migrations.CreateModel(
            name="ProviderCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("task_id", models.UUIDField(blank=True, null=True)),
                ("service", models.CharField(
                    help_text="Whose circuit breaker guards it: llm, speech, vision.", max_length=40)),
                ("provider", models.CharField(max_length=80)),
                ("deed", models.CharField(help_text="What it was asked to do.", max_length=40)),
                ("model", models.CharField(blank=True, default="", max_length=80)),
                ("outcome", models.CharField(
                    choices=[("answered", "Answered"), ("failed", "Failed")], max_length=10)),
                ("fault", models.CharField(
                    blank=True, default="", help_text="The class of the error.", max_length=80)),
                ("seconds", models.FloatField()),
                ("input_tokens", models.PositiveIntegerField(blank=True, null=True)),
                ("output_tokens", models.PositiveIntegerField(blank=True, null=True)),
                ("cost_micros", models.PositiveBigIntegerField(
                    blank=True, null=True,
                    help_text="Millionths of the currency of LLM_PRICE_CURRENCY, by the prices of then.")),
                ("at", models.DateTimeField()),
                ("session", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="provider_calls",
                    to="onboarding.conversationsession")),
            ],
            options={"ordering": ["-pk"]},
        ),
        migrations.AddIndex(
            model_name="providercall",
            index=models.Index(fields=["session", "at"], name="provider_call_of_session"),
        ),
        migrations.AddConstraint(
            model_name="providercall",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["answered", "failed"])), name="provider_call_outcome_known"),
        ),
        migrations.AddConstraint(
            model_name="providercall",
            constraint=models.CheckConstraint(
                condition=models.Q(("seconds__gte", 0)), name="provider_call_took_time"),
        ),
    ]  # fmt: skip
