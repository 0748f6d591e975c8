"""Agreeing on a time: offers, yeses, plans, calendar and notices."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SchedulerConfig(AppConfig):
    """The app that Pear exists for."""

    name = "scheduler"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the overlap guard in place: Django's table remake on SQLite drops triggers silently."""
        from scheduler import checks  # noqa: F401, PLC0415  (registers itself; models are not loaded earlier)
        from scheduler.models import overlap  # noqa: PLC0415

        post_migrate.connect(overlap.install_after_migrate, sender=self)
