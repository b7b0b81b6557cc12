"""Column kinds that several tables share."""

from enum import StrEnum
from typing import Annotated

from sqlalchemy import Enum, String
from sqlalchemy.orm import mapped_column

Key = Annotated[int, mapped_column(primary_key=True)]
Sha256 = Annotated[str, mapped_column(String(64))]
Email = Annotated[str, mapped_column(String(320))]  # RFC 5321 section 4.5.3.1: 64 + @ + 255
MessageId = Annotated[str, mapped_column(String(998))]  # without <>; RFC 5322 section 2.1.1
Locale = Annotated[str, mapped_column(String(12))]  # "zh-CN", "en"


def choice(kind: type[StrEnum], name: str) -> Enum:
    """An enum stored by its value, with a CHECK of this name: without it nothing is checked."""
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        name=name,
        length=20,
    )
