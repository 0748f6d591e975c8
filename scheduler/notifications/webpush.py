"""Messages by web push: to every device of a person that takes them, each encrypted for it alone.

A device that takes no more is noted as gone and holds up none of the others. Which devices a message has reached is
written down after each, so that another try goes to those that are left. One push service that is away is asked once
for a batch: what else goes there waits, and all other services go on.
"""

import base64
import math
import ssl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings

from accounts import outbox
from accounts.failures import NotNow, Undeliverable, Unsure
from accounts.reading import language_of
from scheduler.models import Notice, PushDevice
from scheduler.notifications.messages import Message
from scheduler.notifications.push_address import BadAddressError
from scheduler.notifications.push_call import Answer, NotReachedError, call
from scheduler.notifications.push_keys import authorization, encrypted
from scheduler.notifications.push_payload import payload

TEST_LIFETIME = timedelta(minutes=10)
_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}  # RFC 8030, section 7.3
_SERVER_ERROR = 500


class PushLine:
    """The ways to all push services, for one batch of messages."""

    def __init__(self) -> None:
        self._trust = ssl.create_default_context()
        self._away: set[str] = set()

    def ready(self) -> None:
        """There is nothing to open: each device has a push service of its own."""

    def send(self, message: Message) -> None:
        """Send one message to each of the reader's devices that it has not reached yet.

        Returns once a device has taken it and none is left that might. Raises `NotNow` while one is left, `Unsure`
        when nobody can tell about one, and `Undeliverable` when no device takes it, now or ever.
        """
        known = _known(message)
        left: list[NotNow | Unsure] = []
        for device in _devices(message, known):
            try:
                known.append((str(device.pk), self._send_to(device, message)))
            except (NotNow, Unsure) as error:
                left.append(error)
            else:
                Notice.objects.filter(pk=message.notice_id).update(reached=known)
        if left:
            raise max(left, key=_certainty)
        if not any(was_taken for _, was_taken in known):
            raise Undeliverable("no device takes it")

    def send_test(self, device: PushDevice, *, now: datetime) -> None:
        """Send a message about nothing, which looks like any other, to one device; raises what `send` raises."""
        tag = _short(device.pk)
        parcel = payload(language=language_of(device.user), tag=tag, device_id=device.pk, notice_id=None)
        self._post(device, parcel, tag=tag, lifetime=TEST_LIFETIME, now=now)

    def _send_to(self, device: PushDevice, message: Message) -> bool:
        """Return whether the device's push service took the message; False: it never will."""
        now, tag = outbox.database_now(), _short(message.notice_id)
        notice_id = message.notice_id if message.can_free else None
        parcel = payload(language=message.language, tag=tag, device_id=device.pk, notice_id=notice_id)
        try:
            self._post(device, parcel, tag=tag, lifetime=message.expires_at - now, now=now)
        except Undeliverable:
            return False
        return True

    def _post(self, device: PushDevice, parcel: bytes, *, tag: str, lifetime: timedelta, now: datetime) -> None:
        site = urlsplit(device.endpoint).netloc
        if site in self._away:
            raise NotNow("this push service is away")
        try:
            answer = call(
                endpoint=device.endpoint,
                body=encrypted(parcel, p256dh=device.p256dh, auth=device.auth),
                headers=_headers(device.endpoint, tag, lifetime),
                trust=self._trust,
                timeout=settings.PUSH_TIMEOUT,
                now=now,
            )
        except BadAddressError as error:
            raise Undeliverable("not a public address") from error
        except NotReachedError as error:
            self._away.add(site)
            raise NotNow(str(error)) from error
        except OSError as error:
            self._away.add(site)
            raise Unsure(type(error).__name__) from error
        _note(device, answer, now=now)


class PushChannel:
    """The web push channel."""

    @contextmanager
    def line(self) -> Iterator[PushLine]:
        """Give a line to the push services of a batch's devices."""
        yield PushLine()


def _headers(endpoint: str, tag: str, lifetime: timedelta) -> dict[str, str]:
    """TTL and Urgency: RFC 8030, 5.2 and 5.3. Topic: 5.4, so that a repeat replaces what has not been shown yet."""
    return {
        "Authorization": authorization(endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(max(0, math.floor(lifetime.total_seconds()))),
        "Topic": tag,
        "Urgency": "normal",
    }


def _note(device: PushDevice, answer: Answer, *, now: datetime) -> None:
    """Write down what became of a message to this device; raises what the push service meant, if it took nothing."""
    rows = PushDevice.objects.filter(pk=device.pk)
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        rows.update(last_delivered_at=now)
        return
    if answer.status in _GONE:
        rows.filter(gone_at=None).update(gone_at=now)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS or answer.status >= _SERVER_ERROR:
        raise NotNow(str(answer.status), wait=answer.wait)
    raise Undeliverable(str(answer.status))


def _known(message: Message) -> list[tuple[str, bool]]:
    """Return the devices that this message is settled for, and whether their push service took it."""
    return [(name, was_taken) for name, was_taken in Notice.objects.get(pk=message.notice_id).reached]


def _devices(message: Message, known: list[tuple[str, bool]]) -> list[PushDevice]:
    """Return the reader's devices of which it is not known yet what became of this message there."""
    devices = PushDevice.objects.filter(user=message.user_id, gone_at=None).order_by("place")
    settled = {device_id for device_id, _ in known}
    return [device for device in devices if str(device.pk) not in settled]


def _certainty(error: NotNow | Unsure) -> tuple[bool, timedelta]:
    """Put what was surely not taken before what may have been; of two, the one that asks to wait for longer."""
    return isinstance(error, NotNow), error.wait if isinstance(error, NotNow) else timedelta()


def _short(identity: uuid.UUID) -> str:
    """Return a name for one message that is stable and says nothing: at most 32 letters of base64url."""
    return base64.urlsafe_b64encode(uuid.uuid5(identity, "push").bytes).decode().rstrip("=")
