"""People and the couples they form."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app that knows who someone is, and nothing of times."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
