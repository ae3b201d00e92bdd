"""Signed bodies: a compact JWT, HS256, whose claims are the event. Nothing else is asked of them."""

import warnings
from collections.abc import Iterable

import jwt
from jwt.warnings import InsecureKeyLengthWarning

__all__ = ["BadSignature", "claims"]

_JWS = jwt.PyJWS(algorithms=["HS256"])


class BadSignature(ValueError):
    """A body that is not signed with any of the secrets."""


def claims(body: bytes, secrets: Iterable[str]) -> bytes:
    """The JSON text of a body that was signed with one of these secrets; raises BadSignature.

    Senders put no time, issuer or id into it, so none is checked: a repeated event is known by its content.
    """
    for secret in secrets:
        try:
            return _verified(body.strip(), secret)
        except jwt.PyJWTError:
            continue
    raise BadSignature("The body is not a JWT that was signed (HS256) with a secret of this endpoint.")


def _verified(body: bytes, secret: str) -> bytes:
    with warnings.catch_warnings():
        # How long the secret is was chosen where the webhook was made.
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)
        payload = _JWS.decode(body, secret, algorithms=["HS256"])
    return bytes(payload)
