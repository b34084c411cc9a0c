"""Why a photo is not used."""

from __future__ import annotations

from apps.onboarding.errors import ProviderUnavailable, TooLarge, Unprocessable, UnsupportedMedia


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


class HeicUnavailable(UnsupportedMedia):
    """This installation has no decoder for HEIC (the package pi-heif)."""

    code = "heic_unavailable"
    user_message = "HEIC photos cannot be opened here. Please send it as JPEG."
    next_actions = ("send_jpeg",)


class PositionRefused(Unprocessable):
    """The strict rules for positions are on, and this photo does not keep them; `verdict` says which."""

    code = "position_refused"
    user_message = (
        "This photo does not show by its position and time that it was taken at the site just now. "
        "Please take it again at the site, with location switched on."
    )
    next_actions = ("take_photo_again",)


class DecoderUnavailable(ProviderUnavailable):
    """The process that opens photos could not be started; nothing is wrong with the photo."""

    code = "decoder_unavailable"
