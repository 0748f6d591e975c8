"""Small answers that many views give."""

from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url


class SeeOther(HttpResponseRedirect):
    """303: the form was taken; fetch this page instead, with GET (RFC 9110, 15.4.4)."""

    status_code = 303


def see_other(name: str, *args: object) -> SeeOther:
    """Return the 303 to the page called `name` in the URL patterns, with `args` in its path."""
    return SeeOther(resolve_url(name, *args))
