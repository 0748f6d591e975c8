"""Showing who one is by a code from one's mailbox: for accounts that have neither a password nor a passkey."""

import datetime
import secrets
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.sessions.backends.base import SessionBase

from accounts import mails
from accounts.models import User

LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels: codes spell no words
LENGTH: Final = 8
MOST_TRIES: Final = 3
_KEY: Final = "mailed_step"


def send(session: SessionBase, *, user: User, now: datetime.datetime) -> None:
    """Mail a new code to `user`; the session keeps its hash. The code before it dies."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    until = now.timestamp() + settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT
    session[_KEY] = {"hash": make_password(code), "until": until, "tries": 0}
    mails.compose(template="account/email/login_code", to=user.email, context={"code": code}).send()


def was_sent(session: SessionBase) -> bool:
    """Return whether a code is on its way."""
    return _KEY in session


def opens(session: SessionBase, *, code: str, now: datetime.datetime) -> bool:
    """Try a code; it works once, for a few minutes, and dies with the third wrong one."""
    state = session.get(_KEY)
    if state is None:
        return False
    state["tries"] += 1
    in_time = now.timestamp() < state["until"]
    right = in_time and check_password(code.replace("-", "").replace(" ", "").upper(), state["hash"])
    if right or not in_time or state["tries"] >= MOST_TRIES:
        del session[_KEY]
    session.modified = True
    return right
