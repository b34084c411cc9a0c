"""The page of an experiment: what is compared, who did what, and the result in plain words.

The other pages of the admin are in `apps.onboarding.admin`; this one asks the services, which are of a layer above.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from apps.onboarding.admin.base import EvidenceAdmin, EvidenceInline
from apps.onboarding.admin.showing import NOTHING, json_of, list_link
from apps.onboarding.errors import DomainError
from apps.onboarding.models import Experiment, ExperimentArm, ExperimentNote, ExperimentUnit
from apps.onboarding_api.services import experiments
from apps.onboarding_api.services.experiments import words

Deed = Callable[..., Experiment]


class ArmInline(EvidenceInline):
    model = ExperimentArm
    _changes = json_of("changes")
    fields = ["name", "weight", "flow_version", _changes]
    readonly_fields = fields


class NoteInline(EvidenceInline):
    model = ExperimentNote
    fields = ["deed", "actor", "reason", "at"]
    readonly_fields = fields


@admin.register(Experiment)
class ExperimentAdmin(EvidenceAdmin):
    list_display = [
        "key",
        "title",
        "state_label",
        "kind",
        "client",
        "verdict",
        "verdict_arm",
        "evaluated_at",
        "cdtz",
    ]
    list_filter = ["state", "kind", "verdict"]
    list_select_related = ["client"]
    search_fields = ["key", "title", "client__name"]
    id_fields = ("pk", "client_id")
    date_hierarchy = "cdtz"
    actions = ["start", "stop"]
    actions_detail = ["roll_out"]
    inlines = [ArmInline, NoteInline]
    _guardrails = json_of("guardrails")
    _others = json_of("other_metrics")
    readonly_fields = ["result", "units", _guardrails, _others]
    fieldsets = [
        ("Result", {"fields": ["result", "state", "verdict", "verdict_arm", "evaluated_at", "units"]}),
        (
            "What is compared",
            {
                "fields": [
                    "key", "title", "client", "kind", "flow", "base_version", "unit", "traffic", "control",
                    "primary_metric", _others, _guardrails, "window_hours", "guard_hours", "minimum_units",
                    "planned_units", "negligible",
                ]
            },
        ),
        (
            "Course",
            {"fields": ["created_by", "cdtz", "started_at", "stopped_at", "stop_reason", "rolled_out_arm"]},
        ),
    ]  # fmt: skip

    @display(
        description="state",
        ordering="state",
        label={"running": "info", "rolled_out": "success", "stopped": "warning"},
    )
    def state_label(self, experiment: Experiment) -> str:
        return experiment.state

    @admin.display(description="in plain words, now")
    def result(self, experiment: Experiment) -> str:
        if experiment.state == Experiment.State.DRAFT:
            return "It has not been started."
        found = experiments.latest_result(experiment)
        return _told(found, words.of(found))

    @admin.display(description="sessions")
    def units(self, experiment: Experiment) -> str:
        return list_link(ExperimentUnit, "sessions in it", experiment__id__exact=experiment.pk)

    @action(description="Start", permissions=["run"])
    def start(self, request: HttpRequest, rows: QuerySet[Experiment]) -> None:
        self._do(request, rows, experiments.start, "New sessions are put into the arms of {} from now on.")

    @action(description="Stop", permissions=["run"])
    def stop(self, request: HttpRequest, rows: QuerySet[Experiment]) -> None:
        self._do(request, rows, experiments.stop, "{} takes nobody new.")

    @action(description="Roll out", url_path="roll-out", permissions=["roll_out"])
    def roll_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asked for once more before it is done: it changes what everybody new is asked."""
        experiment = Experiment.objects.select_related("client").get(pk=object_id)
        back = reverse("admin:onboarding_experiment_change", args=[experiment.pk])
        if not isinstance(request.user, User):  # nobody else gets here, which the types do not know
            raise PermissionDenied
        arm, reason = request.POST.get("arm", ""), request.POST.get("reason", "")
        if request.method == "POST" and request.POST.get("sure"):
            try:
                experiments.roll_out(experiment.pk, user=request.user, arm=arm, reason=reason)
            except DomainError as error:
                self.message_user(request, f"{error.detail}.", messages.ERROR)
            else:
                self.message_user(request, f"New sessions start with {arm} from now on.", messages.SUCCESS)
                return redirect(back)
        return render(
            request, "admin/experiments/roll_out.html", self._choice(request, experiment, arm, reason)
        )

    def _choice(self, request: HttpRequest, experiment: Experiment, arm: str, reason: str) -> dict[str, Any]:
        found = experiments.latest_result(experiment)
        won = experiment.verdict_arm if experiment.verdict == "winner" else ""
        primary = experiment.primary_metric
        return {
            **self.admin_site.each_context(request),
            "title": f"Roll out: {experiment.key}",
            "experiment": experiment,
            "sentences": words.of(found),
            "metric": primary.replace("_", " "),
            "arms": [
                {
                    "name": name,
                    "counted": one.counted,
                    "rate": _share(one.successes[primary], one.counted),
                    "won": name == won,
                    "is_control": name == experiment.control,
                }
                for name, one in found.arms.items()
            ],
            "chosen": arm or won,
            "reason": reason,
            "back": reverse("admin:onboarding_experiment_change", args=[experiment.pk]),
        }

    def has_run_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("onboarding.run_experiment")

    def has_roll_out_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Of one that has been started and not rolled out; the services ask for the rights on its client as well."""
        can_end = [Experiment.State.RUNNING, Experiment.State.STOPPED]
        if object_id is None or not self.has_run_permission(request):
            return False
        return Experiment.objects.filter(pk=object_id, state__in=can_end).exists()

    def _do(self, request: HttpRequest, rows: QuerySet[Experiment], deed: Deed, said: str) -> None:
        chosen = list(rows[:2])
        if len(chosen) != 1:
            self.message_user(request, "Choose one experiment.", messages.ERROR)
            return
        try:
            deed(chosen[0].pk, user=request.user)
        except DomainError as error:
            self.message_user(request, f"{chosen[0]}: {error.detail}.", messages.ERROR)
            return
        self.message_user(request, said.format(chosen[0]))


def _told(result: experiments.Result, sentences: list[str]) -> SafeString:
    primary = result.experiment.primary_metric
    rows = format_html_join(
        "",
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        (
            (name, f"{arm.exposed:,}", f"{arm.counted:,}", _share(arm.successes[primary], arm.counted))
            for name, arm in result.arms.items()
        ),
    )
    said = format_html_join("", "<p>{}</p>", ((sentence,) for sentence in sentences))
    return format_html(
        "{}<table><thead><tr><th>arm</th><th>exposed</th><th>counted</th><th>{}</th></tr></thead>"
        "<tbody>{}</tbody></table>",
        said,
        primary.replace("_", " "),
        rows,
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else NOTHING
