"""Mail by a provider's HTTP API (django-anymail), in the words of `accounts.failures`."""

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.module_loading import import_string
from urllib3.exceptions import NewConnectionError

from accounts.failures import Away, NotNow, Undeliverable, Unsure

# About our key, our address of the API, or our rate: no message's fault, and the next would meet the same.
_NOT_ABOUT_THE_MESSAGE = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.PAYMENT_REQUIRED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.TOO_MANY_REQUESTS,
}
_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY}


class ProviderBackend(BaseEmailBackend):
    """The backend of the provider that EMAIL_PROVIDER_BACKEND names; all that it raises is told apart."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._provider = import_string(settings.EMAIL_PROVIDER_BACKEND)()

    def open(self) -> bool:
        """Open a session, and see that somebody answers at all: any answer of HTTP is one. Raises `Away`."""
        if not self._provider.open():
            return False
        try:
            answer = self._provider.session.head(self._provider.api_url, timeout=self._provider.timeout)
        except requests.RequestException as error:
            self.close()
            raise Away(type(error).__name__) from error
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and answer.status_code != HTTPStatus.NOT_IMPLEMENTED:
            self.close()
            raise Away(str(answer.status_code))
        return True

    def close(self) -> None:
        """Let the session go."""
        self._provider.close()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send over the open session; returns how many were taken. Raises what `accounts.failures` knows, or OSError.

        An OSError means that the line broke, and nobody can tell whether the message was taken.
        """
        try:
            return int(self._provider.send_messages(email_messages))
        except AnymailRecipientsRefused as error:
            raise Undeliverable(of_address=True) from error
        except AnymailAPIError as error:
            raise _in_our_words(error) from error


def _in_our_words(error: AnymailAPIError) -> Exception:
    status = error.status_code
    if status is None:
        return _of_the_line(error.__cause__)
    if status in _NOT_ABOUT_THE_MESSAGE or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Away(str(status))
    if status in _PASSING:
        return NotNow(str(status), wait=timedelta())
    return Undeliverable(str(status)) if status >= HTTPStatus.BAD_REQUEST else Unsure(str(status))


def _of_the_line(cause: BaseException | None) -> Exception:
    """Return `Away` where no connection came about, else an error that leaves open whether the message was taken."""
    reached = getattr(cause.args[0], "reason", None) if cause and cause.args else None
    if isinstance(cause, requests.ConnectTimeout) or isinstance(reached, NewConnectionError):
        return Away(type(cause).__name__)
    return ConnectionError(type(cause).__name__)
