"""Agreeing on a time: offers, yeses, plans, calendar and notices."""

from allauth.account.signals import email_changed
from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_migrate


class SchedulerConfig(AppConfig):
    """The app that Pear exists for."""

    name = "scheduler"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the overlap guard in place: Django's table remake on SQLite drops triggers silently.

        And follow what `accounts` does and knows nothing of here: calendars go with their owner to another mail
        address, and a device that signs out gets no more messages.
        """
        from scheduler import checks, metrics  # noqa: F401, PLC0415  (registers itself; models are not loaded earlier)
        from scheduler.models import overlap  # noqa: PLC0415
        from scheduler.operations.calendar_mails import follow_address  # noqa: PLC0415
        from scheduler.operations.push_devices import follow_sign_out  # noqa: PLC0415

        metrics.watch_the_outbox()
        post_migrate.connect(overlap.install_after_migrate, sender=self)
        email_changed.connect(follow_address)
        user_logged_out.connect(follow_sign_out)
