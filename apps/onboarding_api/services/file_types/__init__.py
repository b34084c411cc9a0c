"""What kind of file was sent, and whether it is only that."""

from apps.onboarding_api.services.file_types.catalogue import BY_EXTENSION, Family
from apps.onboarding_api.services.file_types.errors import HostileFile, Reason
from apps.onboarding_api.services.file_types.inspecting import FileType, inspect

__all__ = ["BY_EXTENSION", "Family", "FileType", "HostileFile", "Reason", "inspect"]
