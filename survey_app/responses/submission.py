"""What a form, a device or a file brings to the only door, and what it gets back."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID


class AskedSurvey(Protocol):
    """What the door needs to know of a survey: `surveys.models.Survey` and `surveys.queries.FormSurvey` both say it."""

    @property
    def id(self) -> int: ...
    @property
    def version_id(self) -> int: ...
    @property
    def opens_on(self) -> date | None: ...
    @property
    def closes_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One citizen's answers, from any entrance.

    `agency_id` lies within the survey's agency: the entrance has checked it, and that the survey takes answers on
    that channel. `answered_on` is the local day; `answered_at` is None where only the day is known. `body_hash` is
    `rules.body_hash` of what was sent. `live` answers wait for the agency's batch; others are counted at the next fold.
    `device_id` is the kiosk that sent it. `ticket` is the one-time code that came with it, as it was typed or scanned.
    `crowd` counts the earlier answers without a ticket from the same address to the same form (flags.FLOOD).
    """

    id: UUID
    survey: AskedSurvey
    agency_id: int
    channel: str
    language: str
    answers: dict[str, str]
    body_hash: str
    answered_on: date
    answered_at: datetime | None = None
    comment: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, list[str]] = field(default_factory=dict)
    procedure_code: str | None = None
    device_id: int | None = None
    ticket: str | None = None
    started_at: datetime | None = None
    completed: bool = True
    end_reason: str = "done"
    live: bool = True
    crowd: int = 0


@dataclass(frozen=True, slots=True)
class Recorded:
    """A stored response; `created` is False where it was there before: hash and receipt are the first ones."""

    id: UUID
    agency_id: int
    sha256: str
    receipt: str
    created: bool
