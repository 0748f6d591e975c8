"""Mail addresses in one spelling, so that one mailbox is one address however somebody types it."""

from django.core.exceptions import ValidationError
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

LONGEST = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets


def one_spelling(address: str) -> str:
    """Return a well-formed address in lower case, its domain as mail servers write it (RFC 3490).

    A domain of foreign letters that looks like another one shows that way. `ValidationError` for what is too long, for
    control characters, which a quoted name could hold (RFC 5322, 4.1), and for a domain that can't be spelt.
    """
    name, _at, domain = address.rpartition("@")
    try:
        spelt = f"{name}@{punycode(domain)}".lower()
    except UnicodeError:
        spelt = ""
    if not spelt or len(spelt) > LONGEST or not spelt.isprintable():
        raise ValidationError(_("Enter a valid email address."))
    return spelt
