"""People and the couples they form."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app that knows who someone is, and nothing of times."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to the signals of Django and allauth, once all apps stand."""
        import_module("accounts.signin.receivers")
