"""The far side of every channel: what takes the messages, and can be told to take them badly."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from accounts.models import User
from scheduler.models import Notice
from tests.integration.mail_scene import moody_mail_server
from tests.integration.provider_scene import TAKEN, deliver_to, provider_running
from tests.integration.push_scene import device_of
from tests.services import free_port


@dataclass(frozen=True, kw_only=True)
class FarSide:
    """One real server that a channel leads to.

    `say` orders what the next messages meet: "taken", "never", "later" or "cut" (taken, and the line cut without a
    word); `left` returns, for each message that has come, its identity and everything that the server could read;
    `go_away` lets nothing listen any more.
    """

    channel: str
    say: Callable[[str], None]
    left: Callable[[], list[tuple[str, str]]]
    go_away: Callable[[], None]


@contextmanager
def smtp_side(request: pytest.FixtureRequest, _reader: User) -> Iterator[FarSide]:
    """E-mail to a mail server."""
    settings = request.getfixturevalue("settings")
    replies = {"taken": "250 OK", "never": "550 No", "later": "451 Later", "cut": "drop"}
    with moody_mail_server(settings) as server:
        yield FarSide(
            channel=Notice.Channel.EMAIL,
            say=lambda word: setattr(server, "replies", (replies[word],)),
            left=lambda: [(str(mail["Message-ID"]), mail.as_string()) for mail in server.mails],
            go_away=lambda: setattr(settings, "EMAIL_PORT", free_port()),
        )


@contextmanager
def provider_side(request: pytest.FixtureRequest, _reader: User) -> Iterator[FarSide]:
    """E-mail by a provider's HTTP API."""
    settings = request.getfixturevalue("settings")
    no = {"ErrorCode": 300, "Message": "Invalid email request"}
    answers = {"taken": TAKEN, "never": (422, no), "later": (408, {}), "cut": TAKEN}
    with provider_running(settings) as provider:

        def say(word: str) -> None:
            provider.answers, provider.cuts = (answers[word],), word == "cut"

        def left() -> list[tuple[str, str]]:
            headers = [{each["Name"]: each["Value"] for each in mail["Headers"]} for mail in provider.taken]
            return [(head["Message-ID"], str(mail)) for head, mail in zip(headers, provider.taken, strict=True)]

        away = f"postmark://token@?api_url=http://127.0.0.1:{free_port()}/"
        yield FarSide(channel=Notice.Channel.EMAIL, say=say, left=left, go_away=lambda: deliver_to(settings, away))


@contextmanager
def push_side(request: pytest.FixtureRequest, reader: User) -> Iterator[FarSide]:
    """Web push to a device of the reader's."""
    service = request.getfixturevalue("push_service")
    device, _ = device_of(reader, service)
    statuses = {"taken": 201, "never": 400, "later": 503, "cut": 201}

    def say(word: str) -> None:
        service.status, service.cuts = statuses[word], word == "cut"

    def go_away() -> None:
        type(device).objects.update(endpoint=f"https://127.0.0.1:{free_port()}/push/0")

    yield FarSide(
        channel=Notice.Channel.PUSH,
        say=say,
        left=lambda: [
            (pushed.headers["Topic"], f"{pushed.headers} {pushed.text.decode()}") for pushed in service.pushed
        ],
        go_away=go_away,
    )


SIDES = {"smtp": smtp_side, "provider": provider_side, "push": push_side}
