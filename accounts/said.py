"""Where the one sentence waits that a form leaves for the page after it."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class SaidStorage(CookieStorage):
    """Keeps it in a signed cookie of the site's own name, which quick exit takes away like the others."""

    cookie_name = property(lambda _: settings.MESSAGE_COOKIE_NAME)
