"""The page of components, for those who work on Pear."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Partner
from scheduler.web.samples import HERE, THERE, sheet_of
from scheduler.web.viewer import Viewer


@require_safe
@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    """Show every component in every state, with made-up times and nobody's data."""
    viewer = Viewer(partner=Partner(), zone=HERE, other_zone=THERE, now=timezone.now())
    return render(request, "styleguide/page.html", {"sheet": sheet_of(viewer)})
