"""Who is shown the first steps: the card "How it works, in a minute", and the way to the sample."""

from django.http import HttpRequest

from accounts.requests import user_of
from scheduler.web.visits import seat_in


def shows_first_steps(request: HttpRequest) -> bool:
    """Return whether the reader has not closed them, and nothing was offered yet; asks the database for nothing.

    On a break they are gone too: they would tell by going away that something was offered.
    """
    partner = seat_in(request)
    begun = partner is not None and (partner.offers_began or partner.on_break)
    return user_of(request).shows_first_steps and not begun
