"""One's own mails, where the address took none."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.requests import user_of
from scheduler.operations.mail_pauses import resume_mails
from scheduler.web.responses import see_other


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Try the reader's address again, from the next mail on."""
    resume_mails(user=user_of(request))
    messages.success(request, gettext("Mails are sent again, from the next one on."))
    return see_other("settings")
