"""A column for what people write: sealed in the database, plain on the row that belongs to it."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from accounts.envelope import seal, unseal

if TYPE_CHECKING:
    _TextField = models.Field[str, str]
else:
    _TextField = models.Field  # only the stubs know it as generic


class _OpenedOnTheRow(DeferredAttribute):
    """The attribute of a row: opened when it is first read, because only the whole row knows key and place."""

    field: "EncryptedTextField"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is None or isinstance(value, str):
            return value
        text = self.field.opened(instance, bytes(value))
        instance.__dict__[self.field.attname] = text
        return text

    def __set__(self, instance: models.Model, value: Any) -> None:
        """Keep what was loaded or given; having this method, the attribute is asked before the row's own values."""
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(_TextField):
    """Text sealed with the data key of its owner, and bound to its table, column and row.

    `owner` names the attribute that leads to the row with the key (`pk` and `data_key`), `row` the one that tells rows
    of the table apart. It is read and written through the row only: what a query brings as plain values stays sealed,
    and an update by query is refused, because neither knows the row.
    """

    description = "Text that is encrypted in the database"
    descriptor_class = _OpenedOnTheRow
    empty_strings_allowed = True

    def __init__(self, *args: Any, owner: str = "user", row: str = "pk", **options: Any) -> None:
        self.owner, self.row = owner, row
        options.setdefault("default", "")
        options.setdefault("blank", True)
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        """Return what a migration writes down; owner and row matter to Python only."""
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"owner": self.owner, "row": self.row}

    def get_internal_type(self) -> str:
        """Return the type of the column: bytes."""
        return "BinaryField"

    def opened(self, instance: models.Model, sealed: bytes) -> str:
        """Return the text of a row. Raises SealBrokenError."""
        key, owner = self._key_of(instance)
        return unseal(sealed, wrapped=key, owner=owner, place=self.place(getattr(instance, self.row)))

    def place(self, row: Any) -> str:
        """Return what the text of this row is bound to."""
        return f"{self.model._meta.db_table}:{self.column}:{row}"  # noqa: SLF001  (Django's documented Meta API)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002, FBT001  (Django's signature)
        """Return the sealed text of the row that is being saved."""
        text = getattr(model_instance, self.attname)
        if not text:
            return b""
        key, owner = self._key_of(model_instance)
        return seal(text, wrapped=key, owner=owner, place=self.place(getattr(model_instance, self.row)))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Hand sealed bytes to the driver. Raises TypeError for text, which is sealed on its row only."""
        if value == "":
            value = b""
        if isinstance(value, str):
            message = f"{self.name} is saved through its row: a query doesn't know its place."
            raise TypeError(message)
        value = super().get_db_prep_value(value, connection, prepared)
        return value if value is None else connection.Database.Binary(value)

    def _key_of(self, instance: models.Model) -> tuple[bytes, UUID]:
        owner: Any = instance
        for step in filter(None, self.owner.split(".")):
            owner = getattr(owner, step)
        return bytes(owner.data_key), owner.pk


def open_column(
    model: type[models.Model], name: str, sealed: bytes | None, *, row: Any, wrapped: bytes, owner: UUID
) -> str:
    """Return the text of a column that a statement of one's own has read; nothing for a missing row."""
    field = model._meta.get_field(name)  # noqa: SLF001  (Django's documented Meta API)
    if not isinstance(field, EncryptedTextField):
        raise TypeError(name)
    return unseal(bytes(sealed or b""), wrapped=bytes(wrapped), owner=owner, place=field.place(row))


def save_columns(row: models.Model, **values: Any) -> None:
    """Save these columns of a row, and no others: what `update` does for columns that need no row to be sealed on."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
