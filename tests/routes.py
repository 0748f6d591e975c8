"""Every address of Pear, and what is promised about it. An address without a row here fails the tests of access."""

from collections.abc import Iterator
from enum import Enum, auto

from django.urls import URLPattern, URLResolver, get_resolver


class Reach(Enum):
    """Who gets how far."""

    ANYONE = auto()  # a page for whoever asks, about nobody
    ACCOUNT = auto()  # signing up, in and out; one's own address and password
    OWN = auto()  # signed in: about the reader alone, and it names no object
    TIME = auto()  # names one time of a couple: everybody else gets the same 404 as for a time that never was
    FEED = auto()  # names one feed of one user: everybody else, the partner too, gets 404
    CARD = auto()  # names one card of the deck, which is there for everybody: about the reader alone
    DEVICE = auto()  # names one device of one user: everybody else, the partner too, gets 404
    TOKEN = auto()  # a POST with a token in it that only one device was given; for everybody else it does nothing
    SECRET = auto()  # the address itself is the key, and shows no more than it was made for


REACH: dict[str, Reach] = {
    "agenda": Reach.ANYONE,
    "help": Reach.ANYONE,
    "robots": Reach.ANYONE,
    "healthz": Reach.ANYONE,
    "readyz": Reach.ANYONE,
    "quick-exit": Reach.ANYONE,
    "worker": Reach.ANYONE,
    "manifest": Reach.ANYONE,
    "offline": Reach.ANYONE,
    "link-invited": Reach.SECRET,
    "link-not-for-me": Reach.SECRET,
    "mail-link": Reach.SECRET,
    "mail-stop": Reach.SECRET,
    "agenda-part": Reach.OWN,
    "month": Reach.OWN,
    "plans": Reach.OWN,
    "keys": Reach.OWN,
    "sample": Reach.OWN,
    "first-steps-close": Reach.OWN,
    "zone": Reach.OWN,
    "link": Reach.OWN,
    "link-open": Reach.OWN,
    "link-revoke": Reach.OWN,
    "link-redeem": Reach.OWN,
    "link-press": Reach.OWN,
    "link-undo": Reach.OWN,
    "link-mail": Reach.OWN,
    "offer-new": Reach.OWN,
    "calendar": Reach.OWN,
    "feed-create": Reach.OWN,
    "settings": Reach.OWN,
    "kept": Reach.OWN,
    "windows": Reach.OWN,
    "windows-ordinary": Reach.OWN,
    "windows-forget": Reach.OWN,
    "account-export": Reach.OWN,
    "account-delete": Reach.OWN,
    "break-set": Reach.OWN,
    "mails-again": Reach.OWN,
    "quiet": Reach.OWN,
    "kinds": Reach.OWN,
    "needs": Reach.OWN,
    "notes-set": Reach.OWN,
    "agreement": Reach.OWN,
    "agreement-withdraw": Reach.OWN,
    "push-add": Reach.OWN,
    "push-away": Reach.DEVICE,
    "push-test": Reach.DEVICE,
    "push-free": Reach.TOKEN,
    "leave": Reach.OWN,
    "rhythm": Reach.OWN,
    "rhythm-yes": Reach.OWN,
    "rhythm-aside": Reach.OWN,
    "rhythm-away": Reach.OWN,
    "rhythm-stop": Reach.OWN,
    "talk": Reach.OWN,
    "card": Reach.CARD,
    "card-share": Reach.CARD,
    "card-stop": Reach.CARD,
    "card-delete": Reach.CARD,
    "card-to-list": Reach.OWN,
    "library": Reach.OWN,
    "room": Reach.OWN,
    "room-change": Reach.OWN,
    "room-again": Reach.OWN,
    "room-remind": Reach.OWN,
    "jottings": Reach.OWN,
    "jottings-remove": Reach.OWN,
    "time-detail": Reach.TIME,
    "time-yes": Reach.TIME,
    "time-take-back": Reach.TIME,
    "time-tuck": Reach.TIME,
    "time-bring-back": Reach.TIME,
    "time-note": Reach.TIME,
    "time-free": Reach.TIME,
    "time-undo": Reach.TIME,
    "time-change": Reach.TIME,
    "time-move": Reach.TIME,
    "time-suggest": Reach.TIME,
    "time-file": Reach.TIME,
    "feed-change": Reach.FEED,
    "feed-rotate": Reach.FEED,
    "feed-revoke": Reach.FEED,
    "account_login": Reach.ACCOUNT,
    "account_logout": Reach.ACCOUNT,
    "account_inactive": Reach.ACCOUNT,
    "account_signup": Reach.ACCOUNT,
    "account_reauthenticate": Reach.ACCOUNT,
    "account_email": Reach.ACCOUNT,
    "account_email_verification_sent": Reach.ACCOUNT,
    "account_change_password": Reach.ACCOUNT,
    "account_set_password": Reach.ACCOUNT,
    "account_reset_password": Reach.ACCOUNT,
    "account_confirm_login_code": Reach.ACCOUNT,
    "account_confirm_password_reset_code": Reach.ACCOUNT,
    "account_complete_password_reset": Reach.ACCOUNT,
    "account_password_reset_completed": Reach.ACCOUNT,
    "account_request_login_code": Reach.ACCOUNT,
    "account_signup_by_passkey": Reach.ACCOUNT,
    "account-again-by-mail": Reach.OWN,
    "account-held": Reach.OWN,
    "lock-set": Reach.OWN,
    "device-end": Reach.OWN,
    "devices-end": Reach.OWN,
    "passkey-rename": Reach.OWN,
    "passkey-remove": Reach.OWN,
    "mfa_index": Reach.OWN,
    "mfa_add_webauthn": Reach.OWN,
    "mfa_activate_totp": Reach.OWN,
    "mfa_deactivate_totp": Reach.ACCOUNT,
    "mfa_view_recovery_codes": Reach.ACCOUNT,
    "mfa_generate_recovery_codes": Reach.OWN,
    "mfa_login_webauthn": Reach.ACCOUNT,
    "mfa_authenticate": Reach.ACCOUNT,
    "mfa_signup_webauthn": Reach.ACCOUNT,
    "mfa_reauthenticate": Reach.OWN,
    "mfa_reauthenticate_webauthn": Reach.OWN,
}


def names() -> list[str]:
    """Return the name of every URL pattern; one without a name stands as its path."""
    return sorted(pattern.name or str(pattern.pattern) for pattern in _patterns(get_resolver()))


def with_reach(*wanted: Reach) -> list[str]:
    """Return the names of the addresses with one of these reaches."""
    return [name for name, reach in REACH.items() if reach in wanted]


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            yield from _patterns(part)
        else:
            yield part
