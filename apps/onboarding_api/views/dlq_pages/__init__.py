"""The admin's pages of the dead letter queue: what failed for good, why, and the ways back.

They stand above the tasks, which the admin of the rows (`apps.onboarding.admin`) may not know, and hang under the same
address, sign-in and looks.
"""
