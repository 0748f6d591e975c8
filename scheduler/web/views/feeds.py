"""The calendar page: one secret address per device, shown once; and one time as a file."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts import qr
from accounts.middleware import seat_of
from accounts.requests import user_of
from accounts.signin.device_names import device_name
from scheduler.domain.problem import Problem
from scheduler.ical.calendar import CONTENT_TYPE
from scheduler.models import Feed
from scheduler.operations.feeds import change_feed, create_feed, revoke_feed, rotate_feed
from scheduler.queries.calendar_mails import gets_calendar_mails
from scheduler.queries.feed_pages import FeedView, feeds_of, time_file
from scheduler.web.feed_forms import FeedForm, NewFeedForm, form_of
from scheduler.web.feed_health import Health, health_of
from scheduler.web.responses import see_other

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class FeedCard:
    """One feed on the page."""

    feed: FeedView
    form: FeedForm
    health: Health


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Show one's own feeds and how to add one more; the first is likely to be for the device at hand."""
    feeds = feeds_of(user_of(request))
    here = "" if feeds else device_name(request.headers.get("User-Agent", ""))
    return _page(request, feeds, new=NewFeedForm(initial={"label": here}))


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Make an address for one more device and show it, this once."""
    user, form = user_of(request), NewFeedForm(request.POST)
    if form.is_valid():
        try:
            token = create_feed(user=user, label=form.cleaned_data["label"], now=timezone.now())
        except Problem:
            form.add_error(None, gettext("That is as many as there can be. Take one away first."))
        else:
            return _address(request, token, form.cleaned_data["label"])
    return _page(request, feeds_of(user), new=form, status=422)


@require_POST
def change(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """Store what one device shows."""
    user = user_of(request)
    feeds = feeds_of(user)
    form = form_of(_mine(feeds, feed_id), request.POST)
    if not form.is_valid():
        return _page(request, feeds, new=NewFeedForm(), changed={feed_id: form}, status=422)
    change_feed(user=user, feed_id=feed_id, chosen=form.chosen(), now=timezone.now())
    messages.success(request, gettext("Saved. Your calendar shows it after its next visit."))
    return see_other("calendar")


@require_POST
def rotate(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """Give a device a new address and show it, this once; the old one ends."""
    user = user_of(request)
    feed = _mine(feeds_of(user), feed_id)
    try:
        token = rotate_feed(user=user, feed_id=feed_id, now=timezone.now())
    except Feed.DoesNotExist as error:
        raise Http404 from error
    return _address(request, token, feed.label)


@require_POST
def revoke(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """End an address; pressing twice is as friendly as once."""
    try:
        revoke_feed(user=user_of(request), feed_id=feed_id, now=timezone.now())
    except Feed.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, gettext("Done. That address shows no times any more."))
    return see_other("calendar")


@require_safe
def file(request: HttpRequest, slot_id: UUID) -> HttpResponse:
    """Hand out one planned time as a file for a calendar; it will not update by itself."""
    partner = seat_of(user_of(request))
    body = time_file(partner=partner, slot_id=slot_id, now=timezone.now()) if partner else None
    if body is None:
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="time.ics"'}
    return HttpResponse(body, content_type=CONTENT_TYPE, headers=headers)


def _mine(feeds: list[FeedView], feed_id: UUID) -> FeedView:
    for feed in feeds:
        if feed.id == feed_id:
            return feed
    raise Http404


def _page(
    request: HttpRequest,
    feeds: list[FeedView],
    *,
    new: NewFeedForm,
    changed: dict[UUID, FeedForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    forms, now = changed or {}, timezone.now()
    cards = [_card(feed, forms.get(feed.id), now=now) for feed in feeds]
    context = {"cards": cards, "new": new, "by_mail": gets_calendar_mails(user_of(request))}
    return render(request, "scheduler/calendar.html", context, status=status)


def _card(feed: FeedView, form: FeedForm | None, *, now: datetime) -> FeedCard:
    return FeedCard(feed=feed, form=form or form_of(feed), health=health_of(feed, now=now))


def _address(request: HttpRequest, token: str, label: str) -> HttpResponse:
    """Show the address in the answer to the form: it stands in no URL, no session and no cache."""
    site = urlsplit(settings.SITE_URL)
    address = f"{settings.SITE_URL}/cal/{token}.ics"
    webcal = f"webcal://{site.netloc}/cal/{token}.ics"
    context = {
        "address": address,
        "webcal": webcal,
        "label": label,
        "picture": qr.svg(webcal, label=gettext("The address below as a QR code")),
        "only_here": site.hostname in _LOOPBACK,
        "by_mail": gets_calendar_mails(user_of(request)),
    }
    return render(request, "scheduler/calendar_address.html", context)
