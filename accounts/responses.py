"""Small answers that several views give."""

from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url


class SeeOther(HttpResponseRedirect):
    """303: the form was taken; fetch this page instead, with GET (RFC 9110, 15.4.4)."""

    status_code = 303


def see_other(to: str, *args: object) -> SeeOther:
    """Return the 303 to an address or to the page of that URL name."""
    return SeeOther(resolve_url(to, *args))
