"""What can be wrong with a flow, a command or a patch."""

from collections.abc import Mapping


class FlowInvalid(ValueError):
    """A flow definition breaks a rule. `path` names the place of the fault, e.g. ``slots[3].when.slot``."""

    code = "flow_invalid"

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class CommandInvalid(ValueError):
    """A command in JSON is not one of the closed set, or has missing, unknown or mistyped fields."""

    code = "command_invalid"


class StateInvalid(ValueError):
    """A stored dialogue state cannot be read."""

    code = "state_invalid"


class PatchInvalid(ValueError):
    """A patch of answers was refused as a whole. `reasons` maps each faulty slot to a sentence."""

    code = "patch_invalid"

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{slot}: {reason}" for slot, reason in reasons.items()))
        self.reasons = dict(reasons)
