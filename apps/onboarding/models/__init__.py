"""The data of onboarding. Import models from here."""

from apps.onboarding.models.alert import AlertDelivery, AlertIncident
from apps.onboarding.models.change_set import ChangeSet
from apps.onboarding.models.client import Client, Membership
from apps.onboarding.models.configuration import (
    Asset,
    Contact,
    MeterPoint,
    PatrolCheckpoint,
    Post,
    Shift,
    Site,
)
from apps.onboarding.models.event import SessionEvent
from apps.onboarding.models.experiment import (
    ClientFlow,
    Experiment,
    ExperimentArm,
    ExperimentNote,
    ExperimentTally,
    ExperimentTallyPart,
    ExperimentUnit,
)
from apps.onboarding.models.flow import FlowVersion
from apps.onboarding.models.funnel import (
    FunnelCell,
    FunnelClock,
    FunnelDay,
    FunnelDirty,
    FunnelFact,
    FunnelLeft,
    FunnelRestatement,
    FunnelScope,
    FunnelSlot,
    FunnelState,
    FunnelWeek,
)
from apps.onboarding.models.funnel_recommendation import (
    FunnelRecommendation,
    FunnelReport,
    FunnelReportDelivery,
)
from apps.onboarding.models.idempotency import IdempotencyRecord
from apps.onboarding.models.infected_file import InfectedFile
from apps.onboarding.models.provider_call import ProviderCall
from apps.onboarding.models.recommendation import Decision, Recommendation
from apps.onboarding.models.resumable_upload import ResumableUpload
from apps.onboarding.models.session import ConversationSession
from apps.onboarding.models.turn import Turn
from apps.onboarding.models.upload import MeterReading, Upload
from apps.onboarding.models.upload_quota import UploadQuota
from apps.onboarding.models.vault import VaultEntry

__all__ = [
    "AlertDelivery",
    "AlertIncident",
    "Asset",
    "ChangeSet",
    "Client",
    "ClientFlow",
    "Contact",
    "ConversationSession",
    "Decision",
    "Experiment",
    "ExperimentArm",
    "ExperimentNote",
    "ExperimentTally",
    "ExperimentTallyPart",
    "ExperimentUnit",
    "FlowVersion",
    "FunnelCell",
    "FunnelClock",
    "FunnelDay",
    "FunnelDirty",
    "FunnelFact",
    "FunnelLeft",
    "FunnelRecommendation",
    "FunnelReport",
    "FunnelReportDelivery",
    "FunnelRestatement",
    "FunnelScope",
    "FunnelSlot",
    "FunnelState",
    "FunnelWeek",
    "IdempotencyRecord",
    "InfectedFile",
    "Membership",
    "MeterPoint",
    "MeterReading",
    "PatrolCheckpoint",
    "Post",
    "ProviderCall",
    "Recommendation",
    "ResumableUpload",
    "SessionEvent",
    "Shift",
    "Site",
    "Turn",
    "Upload",
    "UploadQuota",
    "VaultEntry",
]
