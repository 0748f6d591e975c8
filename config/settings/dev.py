"""Tracebacks in the browser, the words of errors in the log, and unhashed static files, for work on Pear itself."""

from config.settings.base import *

DEBUG = True
LOGGING["formatters"]["plain"]["()"] = "logging.Formatter"  # type: ignore[index]  # a dictionary of many kinds
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
