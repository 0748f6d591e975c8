"""The help page: what Pear is, what it is not, and who else can help."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from scheduler.queries.retention import kept_rows
from scheduler.web.support_lines import support_lines


@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    """Show the help page to anybody."""
    context = {"lines": support_lines(), "quick_exit_url": settings.QUICK_EXIT_URL, "kept": kept_rows()}
    return render(request, "scheduler/help.html", context)
