"""Tracebacks in the browser, the words of errors in the log, and unhashed static files, for work on Pear itself."""

from django.core.exceptions import ImproperlyConfigured

from config.env import is_local
from config.settings.base import *

if not is_local(SITE_URL):
    raise ImproperlyConfigured("config.settings.dev shows everything to everybody: it needs a SITE_URL on 127.0.0.1.")
DEBUG = True
LOGGING["formatters"]["plain"]["()"] = "logging.Formatter"  # type: ignore[index]  # a dictionary of many kinds
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
