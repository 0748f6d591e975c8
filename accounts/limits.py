"""How often a person may try: counted in the database's cache, each user for themselves before their network."""

from allauth.core import ratelimit
from django.http import HttpRequest


def may_redeem(request: HttpRequest) -> bool:
    """Count one try of a code; False when this user, or this network, has tried too often within the hour."""
    return bool(ratelimit.consume(request, action="link_redeem", user=request.user))


def may_mail(request: HttpRequest) -> bool:
    """Count one invitation mail; False when this user has had too many sent within the day."""
    return bool(ratelimit.consume(request, action="link_mail", user=request.user))


def address_has_room(request: HttpRequest, *, address: str) -> bool:
    """Count one invitation mail to this address; False when it has had enough of them today, from whomever."""
    return bool(ratelimit.consume(request, action="link_mail_to", key=address.strip().lower()))


def may_offer(request: HttpRequest) -> bool:
    """Count one offer, suggestion, move, change or rhythm; False when this user has made very many within the hour."""
    return bool(ratelimit.consume(request, action="offer", user=request.user))


def may_show_again(request: HttpRequest) -> bool:
    """Count one try of showing by mail who one is; False when this user has tried too often within minutes."""
    return bool(ratelimit.consume(request, action="reauthenticate", user=request.user))
