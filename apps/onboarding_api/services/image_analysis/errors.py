"""Why an image is not used."""

from __future__ import annotations

from apps.onboarding.errors import TooLarge, UnsupportedMedia


class ImageUnreadable(UnsupportedMedia):
    code = "image_unreadable"
    user_message = (
        "This photo cannot be opened. It may be damaged or of another type. Please send another one."
    )
    next_actions = ("take_photo_again", "send_another_file")


class ImageTooLarge(TooLarge):
    code = "image_too_large"
    user_message = "This photo has too many pixels. Please send a smaller one."
    next_actions = ("send_smaller",)


class ImageTooSmall(UnsupportedMedia):
    code = "image_too_small"
    user_message = "This photo is too small to see anything on it. Please take it again."
    next_actions = ("take_photo_again",)
