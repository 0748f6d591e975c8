"""Tracebacks in the browser and unhashed static files, for work on Pear itself."""

from config.settings.base import *

DEBUG = True
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
