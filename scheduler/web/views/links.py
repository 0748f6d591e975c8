"""Pages behind the links in mails. They work signed out and without cookies; only a POST acts.

No proof against forged requests is asked for: the address itself is the secret, and all it can do is to free one time
or to stop one kind of mail. A yes can never be said from a mail.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.middleware import zone_of
from scheduler.domain.problem import Problem
from scheduler.operations.mail_stops import stop_mails
from scheduler.operations.slots import free
from scheduler.web.links import cleaned, in_language_of, link_over, link_page, stop_behind, time_behind
from scheduler.web.moments import Moment


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def time(request: HttpRequest, token: str) -> HttpResponse:
    """Show the one time that the mail was about, with a button to free it; a POST frees it, however often it comes."""
    now = timezone.now()
    found = time_behind(token, now=now)
    if found is None:
        return link_over(request)
    if request.method == "POST":
        try:
            free(partner=found.partner, slot_id=found.slot_id, now=now)
        except Problem:
            return link_over(request)
    offered = found.is_planned and request.method != "POST"
    with in_language_of(found.partner.user):
        moment = Moment(starts_at=found.starts_at, ends_at=found.ends_at, zone=zone_of(found.partner.user))
        template = "scheduler/link_time.html" if offered else "scheduler/link_freed.html"
        return link_page(request, template, {"moment": moment, "token": cleaned(token)})


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask with one button whether to stop one kind of mail; a POST stops it (also a one-click one, RFC 8058)."""
    found = stop_behind(token)
    if found is None:
        return link_over(request)
    topic, reader = found
    done = request.method == "POST"
    if done:
        stop_mails(user_id=reader.pk, topic=topic, now=timezone.now())
    with in_language_of(reader):
        context = {"topic": topic.name.lower(), "done": done, "token": cleaned(token)}
        return link_page(request, "scheduler/link_stop.html", context)
