from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.db import BY_AGENCY, Base, Json, UtcDateTime
from survey_app.surveys.models import Device


class RefusedBody(Base):
    """What a paired device sent and could not be stored, with the reasons, until an administrator has looked at it.

    `sha256` is over `body`: the same one sent again is kept once.
    """

    __tablename__ = "refused_body"
    __table_args__ = ({"info": BY_AGENCY},)

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    code: Mapped[str] = mapped_column(String(40))
    errors: Mapped[list[Any]] = mapped_column(Json)
    body: Mapped[str] = mapped_column(Text)
    device: Mapped[Device] = relationship()
