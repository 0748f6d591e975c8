"""The two addresses that machines ask whether Pear is well, answered before anything could ask who is there."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from scheduler.web.views import machines

GetResponse = Callable[[HttpRequest], HttpResponse]
_VIEWS = {"/healthz": machines.healthz, "/readyz": machines.readyz}


class ProbeMiddleware:
    """Answers probes without session, sign-in, host check or database: a probe names the machine, not the site."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe, or pass the request on."""
        view = _VIEWS.get(request.path_info, self.get_response)
        return view(request)
