"""Settings of a site that has django-celery-beat: Pear's own, and its app."""

from config.settings.production import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "django_celery_beat"]  # noqa: F405
DJANGO_CELERY_BEAT_TZ_AWARE = True
