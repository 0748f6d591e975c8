"""What is in a backup, and how a value of a row is written as JSON and read again."""

import base64
import datetime as dt
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.apps import apps
from django.db import models

if TYPE_CHECKING:
    Field = models.Field[Any, Any]
else:
    Field = models.Field  # only the stubs know it as generic

# What has been ended since a backup cannot be known from it. So what opens a door or speaks for somebody is not in it.
LEFT_OUT: Final = {
    "sessions.Session": "a device may have been signed out since",
    "usersessions.UserSession": "likewise",
    "accounts.Invitation": "a code may have been taken back since",
    "scheduler.PushDevice": "a device may have been taken away since",
    "scheduler.Undo": "it lasts for a minute, and holds what was just freed",
    "accounts.Letter": "its code belongs to a session",
    "account.EmailConfirmation": "likewise",
    "accounts.Breaker": "how a mail server did then",
    "scheduler.MarkTick": "how far a sweep had come then",
    "contenttypes.ContentType": "made by migrating",
    "auth.Permission": "made by migrating",
    "auth.Group": "unused",
    "auth.Group_permissions": "unused",
}
_READ_AS_TEXT: Final = frozenset({"DateTimeField", "DateField", "TimeField", "UUIDField"})


def kept_models() -> list[type[models.Model]]:
    """Return the models whose rows are in a backup; a new model is, unless LEFT_OUT says why not."""
    return [model for model in apps.get_models(include_auto_created=True) if label_of(model) not in LEFT_OUT]


def label_of(model: type[models.Model]) -> str:
    """Return `app.Model`."""
    return model._meta.label  # noqa: SLF001  (Django's documented Meta API)


def columns_of(model: type[models.Model]) -> list[Field]:
    """Return the fields of a model that stand in its table."""
    return list(model._meta.concrete_fields)  # noqa: SLF001  (Django's documented Meta API)


def as_json(value: object) -> str:
    """Return what JSON has no word for, as `json.dumps(default=)` wants it; TypeError for anything unknown."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(type(value).__name__)


def from_json(field: Field, value: Any) -> Any:
    """Return what `as_json` has written, as this field's column takes it; a sealed text as its sealed bytes."""
    if not isinstance(value, str):
        return value
    if field.get_internal_type() == "BinaryField":
        return base64.b64decode(value, validate=True)
    return field.to_python(value) if field.get_internal_type() in _READ_AS_TEXT else value
