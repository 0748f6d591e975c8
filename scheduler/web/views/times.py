"""One time: its page, and what either partner may do with it. Every id of another couple, or of none, is a 404."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from scheduler.domain.problem import Problem, Reason
from scheduler.operations.offers import send_kind_note
from scheduler.operations.slots import bring_back, say_yes, tuck_away
from scheduler.operations.slots import free as free_time
from scheduler.operations.slots import take_back as take_yes_back
from scheduler.operations.undo import undo_free
from scheduler.queries.slots import SlotView
from scheduler.queries.traces import Trace
from scheduler.web.cards import card_of
from scheduler.web.closed import reference_of
from scheduler.web.forms import NoteForm
from scheduler.web.library import SPECIAL
from scheduler.web.responses import see_other
from scheduler.web.visits import Visit, visit
from scheduler.web.week import FORMAT

LONGEST_NUMBER = 9


@require_safe
@visit
def detail(here: Visit) -> HttpResponse:
    """Show one time."""
    return _time_page(here, NoteForm())


def _time_page(here: Visit, notes: NoteForm) -> HttpResponse:
    view = here.slot()
    if view is None:
        now_at = here.as_it_is_now()
        return see_other("time-detail", now_at.slot_id) if now_at.slot() else here.closed()
    context = {"card": card_of(view, here.viewer()), "notes": notes, "ideas": SPECIAL}
    return render(here.request, "scheduler/time_detail.html", context, status=422 if notes.is_bound else 200)


@require_POST
@visit
def yes(here: Visit) -> HttpResponse:
    """Say yes to the revision that was seen; late or stale, it changes nothing and says so kindly."""
    revision = here.request.POST.get("revision", "")
    if not (revision.isascii() and revision.isdecimal() and len(revision) <= LONGEST_NUMBER):
        raise Problem(Reason.NO_LONGER_OPEN)
    say_yes(partner=here.partner, slot_id=here.slot_id, revision=int(revision), now=here.now)
    return see_other("time-detail", here.slot_id)


@require_POST
@visit
def tuck(here: Visit) -> HttpResponse:
    """Put a time out of one's own sight. Nobody else can tell."""
    tuck_away(partner=here.partner, slot_id=here.slot_id, now=here.now)
    messages.success(here.request, _("That's fine. Nothing was sent."))
    return see_other("agenda")


@require_POST
@visit
def take_back(here: Visit) -> HttpResponse:
    """Take one's own yes to a draft back. Nobody else can tell; what has become a plan meanwhile is freed."""
    here = here.as_it_is_now()
    was = here.slot() or here.trace()
    if was is None and not here.has_seen():
        return here.closed()
    take_yes_back(partner=here.partner, slot_id=here.slot_id, now=here.now)
    if here.slot() is None:
        return _freed_page(here.as_it_is_now(), was)
    messages.success(here.request, _("That's fine. Nothing was sent."))
    return see_other("time-detail", here.slot_id)


@require_POST
@visit
def back(here: Visit) -> HttpResponse:
    """Take a tucked-away time back into sight."""
    bring_back(partner=here.partner, slot_id=here.slot_id, now=here.now)
    return see_other("time-detail", here.slot_id) if here.slot() else here.closed()


@require_POST
@visit
def note(here: Visit) -> HttpResponse:
    """Send one of the fixed sentences back; that ends the offer."""
    form = NoteForm(here.request.POST)
    if not form.is_valid():
        return _time_page(here, form)
    sentence = form.cleaned_data["sentence"]
    send_kind_note(partner=here.partner, slot_id=here.slot_id, sentence=sentence, now=here.now)
    messages.success(here.request, _("Your note is on its way."))
    return see_other("agenda")


@require_POST
@visit
def free(here: Visit) -> HttpResponse:
    """Free a time at once. Pressed again, by both, or too late, it is the same page; only who pressed can undo."""
    here = here.as_it_is_now()
    was = here.slot() or here.trace()
    if was is None and not here.has_seen():
        return here.closed()
    free_time(partner=here.partner, slot_id=here.slot_id, now=here.now)
    return _freed_page(here.as_it_is_now(), was)  # a move may just have come in between


def _freed_page(here: Visit, was: SlotView | Trace | None) -> HttpResponse:
    left = here.trace()
    context = {
        "slot_id": here.slot_id,
        "ref": reference_of(here.partner, here.slot_id),
        "when": here.viewer().moment(was.starts_at, was.ends_at) if was else None,
        "again": _again(was, here) if was else "",
        "may_undo": left is not None and left.undo_until is not None,
    }
    return render(here.request, "scheduler/time_freed.html", context)


def _again(was: SlotView | Trace, here: Visit) -> str:
    """Return what leads the offer form to this time once more; nothing when it has begun already."""
    if was.starts_at <= here.now:
        return ""
    minutes = int((was.ends_at - was.starts_at).total_seconds()) // 60
    return "?" + urlencode({"again": was.starts_at.strftime(FORMAT), "minutes": minutes})


@require_POST
@visit
def undo(here: Visit) -> HttpResponse:
    """Take back one's own press on "Free this time", for a minute."""
    if undo_free(partner=here.partner, slot_id=here.slot_id, now=here.now):
        messages.success(here.request, _("It is back where it was."))
        return see_other("time-detail", here.slot_id)
    if not here.knows():
        return here.closed()
    messages.info(here.request, _("It stays free. You can offer it again."))
    return see_other("agenda")
