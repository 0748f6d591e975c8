"""What a push says: one neutral sentence, alike for every sort of message, in the reader's language.

A push may be read on a lock screen, over a shoulder, or, as far as its length goes, by the push service. So there is
nothing in it of what it is about, and every one is of the same length. Behind the sentence stand two buttons: "Open",
and on a plan "Free this time", with a token that only this device was ever given.
"""

import json
from uuid import UUID

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from scheduler.notifications.links import free_token

LENGTH = 1024  # bytes before encryption; 3993 would be the most that every push service takes (RFC 8291, section 4)


def payload(*, language: str, tag: str, device_id: UUID, notice_id: UUID | None) -> bytes:
    """Return the message as the service worker reads it: JSON, filled with blanks up to `LENGTH` bytes.

    A message with the same `tag` takes the place of an earlier one. With a `notice_id`, the time of that notice can
    be freed from it.
    """
    with translation.override(language):
        said = {
            "title": _("You have a note."),
            "lang": language,
            "dir": "rtl" if translation.get_language_bidi() else "ltr",
            "tag": tag,
            "open": {"title": _("Open"), "url": reverse("agenda")},
            "free": _freeing(device_id, notice_id) if notice_id else None,
        }
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) > LENGTH:
        raise ValueError("the words of a push are longer than its length")
    return text.ljust(LENGTH)


def _freeing(device_id: UUID, notice_id: UUID) -> dict[str, str]:
    return {
        "title": _("Free this time"),
        "url": reverse("push-free"),
        "token": free_token(device_id=device_id, notice_id=notice_id),
        "done": _("Done."),
        "not_sent": _("That did not work from here. Please open it."),
    }
