"""What can go wrong between a proposal and a configuration."""

from __future__ import annotations

from apps.onboarding.errors import Conflict, Forbidden


class ProposalOutdated(Conflict):
    """The answers changed while the proposal was being made. Making it again helps."""

    code = "proposal_outdated"
    retryable = True
    user_message = "An answer changed while the proposal was made. It is made again."
    next_actions = ("wait",)


class BlockedByChecker(Conflict):
    code = "blocked_by_checker"
    user_message = "The check found faults that must be put right before this can be approved."
    next_actions = ("amend", "reject")


class MakerCannotApprove(Forbidden):
    code = "maker_cannot_approve"
    user_message = "You changed this proposal yourself: somebody else has to approve it."
    next_actions = ("ask_another_manager",)


class NotAwaitingApproval(Conflict):
    code = "not_awaiting_approval"
    user_message = "This onboarding is not waiting for an approval any more."
    next_actions = ("reload",)


class SiteTaken(Conflict):
    """The site that would be created exists, or the one that would be updated does not fit."""

    code = "site_taken"
    user_message = (
        "A site with this code exists already. Give another code, or say that this updates that site."
    )
    next_actions = ("amend", "reject")


class ValuesElsewhere(Conflict):
    """The site to be updated has contacts whose values are in another session's vault."""

    code = "contacts_of_another_session"
    user_message = (
        "This site has contacts from an earlier onboarding. Name all of them again, under the same codes."
    )
    next_actions = ("amend", "reject")


class ChangedSinceApplied(Conflict):
    code = "changed_since_applied"
    user_message = "Something was changed after this was applied, so it cannot be undone as a whole."
    next_actions = ("reload", "correct_by_hand")


class AlreadyReverted(Conflict):
    code = "already_reverted"
    user_message = "This has been undone already."
    next_actions = ("reload",)
