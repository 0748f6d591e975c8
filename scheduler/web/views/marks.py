"""The two lists of marks: kinds of time, and needs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.middleware import zone_of
from accounts.requests import user_of
from scheduler.domain.marks import next_tick_at
from scheduler.domain.problem import Problem
from scheduler.models import Topic
from scheduler.operations.marks import change_marks
from scheduler.queries.marks import common_of, marks_of_user
from scheduler.web.mark_forms import WORDS, MarksForm
from scheduler.web.moments import short_text
from scheduler.web.problems import sentence_of
from scheduler.web.responses import see_other
from scheduler.web.visits import seat_in


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, topic: Topic) -> HttpResponse:
    """Show one list with the reader's own marks; store what they changed."""
    user = user_of(request)
    data = request.POST if request.method == "POST" else None
    form = MarksForm(data, topic=topic, marks=marks_of_user(user, topic))
    if form.is_bound and form.is_valid() and _stored(request, topic, form):
        messages.success(request, _("Saved."))
        return see_other(f"{topic}s")
    partner = seat_in(request)
    context = {
        "words": WORDS[topic],
        "form": form,
        "partner": partner,
        "common": common_of(partner, topic) if partner else [],
        "next": short_text(next_tick_at(timezone.now()), zone_of(user)),
    }
    return render(request, "scheduler/talk/marks.html", context, status=422 if form.errors else 200)


def _stored(request: HttpRequest, topic: Topic, form: MarksForm) -> bool:
    """Store the marks, or say at the form why not."""
    typed = form.cleaned_data
    try:
        change_marks(
            user=user_of(request),
            topic=topic,
            chosen=typed["chosen"],
            kept=form.kept_ids,
            written=typed["written"],
            now=timezone.now(),
        )
    except Problem as problem:
        form.add_error("written", sentence_of(problem))
    return not form.errors
