"""The tree of errors that features raise; only the edge (web.py, a cli) turns them into a status or an exit code.

DomainError                  400
├── NotFound                 404
├── Forbidden                403
├── Invalid                  422   errors: one Problem for each thing wrong
├── Conflict                 409
│   └── IdConflict                 same id, other body (the first one is kept)
├── Gone                     410   the id was erased
├── NotOpen                  403   the survey takes no answers now
├── TooLarge                 413   one thing of several that were sent is too large
├── Failed                   500   one thing of several went wrong on our side; the others did not
└── Unavailable              503   nothing was stored, try again
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where (a field, question or column), a stable code, words for the reader."""

    where: str
    code: str
    message: str


class DomainError(Exception):
    """Base of all: `code` is stable for programs, `message` is in the reader's language."""

    code = "bad_request"

    def __init__(self, message: str = "", *, errors: tuple[Problem, ...] = (), code: str | None = None) -> None:
        super().__init__(message or self.code)
        self.message = message
        self.errors = errors
        if code:
            self.code = code


class NotFound(DomainError):
    code = "not_found"


class Forbidden(DomainError):
    code = "forbidden"


class Invalid(DomainError):
    code = "invalid"


class Conflict(DomainError):
    code = "conflict"


class IdConflict(Conflict):
    """`kept` is the hash of the body that was there first."""

    code = "id_conflict"
    kept = ""


class Gone(DomainError):
    code = "erased"


class NotOpen(DomainError):
    code = "not_open"


class TooLarge(DomainError):
    code = "request_entity_too_large"


class Failed(DomainError):
    code = "internal"


class Unavailable(DomainError):
    code = "unavailable"
