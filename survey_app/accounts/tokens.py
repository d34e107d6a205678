"""Secrets that stand for a right: drawn once, shown once, kept only as a hash that is bound to their purpose.

A token names its purpose at its beginning ("api_..."), and the purpose goes into the hash: a token of one kind is none
of another. Features that have a kind of their own (devices, links) draw it here, and register with `accept` how a
program that sends it in `Authorization: Bearer` is recognised. Only addresses below /api take the header at all.
"""

from collections.abc import Callable
from hashlib import sha256
from secrets import token_urlsafe

from flask import Flask, current_app, request

from survey_app.access import Reader
from survey_app.accounts.rules import TOKEN_BYTES, token_purpose

Resolver = Callable[[str], Reader | None]


def new_token(purpose: str) -> tuple[str, str]:
    """A new secret of that purpose (lower-case letters) and what to keep of it: (text, digest)."""
    text = f"{purpose}_{token_urlsafe(TOKEN_BYTES)}"
    return text, digest_of(purpose, text)


def digest_of(purpose: str, text: str) -> str:
    """What is kept of a token, 64 hexadecimal digits; no stored one for a text of another purpose.

    A plain hash is enough: 256 random bits cannot be guessed, and nothing but the whole text leads to the digest.
    """
    return sha256(f"{purpose}:{text}".encode()).hexdigest() if token_purpose(text) == purpose else ""


def accept(app: Flask, purpose: str, resolve: Resolver) -> None:
    """Let programs in with tokens of a purpose: `resolve` gives who holds one, None where it does not count (any more).

    The reader it gives is asked for permissions like everybody else, and sees its scope only.
    """
    app.extensions.setdefault("bearers", {})[purpose] = resolve


def bearer_reader() -> Reader | None:
    """Who the running request's bearer token belongs to; None without one, for one that does not count, and outside
    /api."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    purpose = token_purpose(text.strip())
    resolve: Resolver | None = current_app.extensions["bearers"].get(purpose)
    return resolve(text.strip()) if scheme.lower() == "bearer" and resolve else None
