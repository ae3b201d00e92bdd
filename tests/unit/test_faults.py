"""What counts as being away for a while, and how it is borne."""

import errno
import os

import pytest
from obstore.exceptions import GenericError, PermissionDeniedError
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError

from busyhour.errors import BadRequest, Unavailable
from busyhour.faults import Patience, unavailable

SIGNED = "https://account.blob.core.windows.net/box/x?sig=secret"
REFUSED = f"Generic MicrosoftAzure error: Error performing GET {SIGNED} in 2s - HTTP error: Connection refused (os 111)"
TOO_BUSY = f"""Kernel error -> Generic S3 error
          ↳ Error performing PUT {SIGNED} in 3.1ms, after 10 retries - Server returned non-2xx status code
            ↳ 503 Slow Down"""


def _said(text: str) -> OperationalError:
    return OperationalError("UPDATE …", {}, Exception(text))


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (_said("database or disk is full"), "state database: database or disk is full"),
        (_said("unable to open database file"), "state database: unable to open database file"),
        (InterfaceError("SELECT 1", {}, Exception("connection already closed")), "connection already closed"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x.csv"), "storage: No space left on device"),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES)), "storage: Permission denied"),
        (RuntimeError('Cannot open file "x.csv": Read-only file system'), "storage: Read-only file system"),
        (GenericError(REFUSED), "storage: Connection refused"),
        (OSError(TOO_BUSY), "storage: 503 Slow Down"),
        (
            PermissionDeniedError("The operation lacked the necessary privileges to complete for path x: …"),
            "privileges",
        ),
        (Unavailable("as it was said"), "as it was said"),
    ],
)
def test_what_is_away(error: Exception, cause: str) -> None:
    found = unavailable(error)
    assert found is not None
    assert cause in found.cause
    assert (found.code, found.retry_after) == (503, 1)


@pytest.mark.parametrize("error", [GenericError(REFUSED), OSError(TOO_BUSY)])
def test_no_address_of_an_object_is_told(error: Exception) -> None:
    found = unavailable(error)
    assert found is not None
    assert "sig=" not in found.cause + found.message


def test_a_caller_is_told_no_details() -> None:
    found = unavailable(_said("connection to server at 10.0.0.3 failed for user busyhour"))
    assert found is not None
    assert found.message == "The state database cannot be used at the moment; send the same request again."


@pytest.mark.parametrize(
    "error",
    [
        _said("no such table: requests"),
        _said('near "SELEC": syntax error'),
        IntegrityError("INSERT …", {}, Exception("UNIQUE constraint failed")),
        FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)),
        BadRequest("a field says: Permission denied"),
        RuntimeError("a detail of ours"),
    ],
)
def test_what_is_no_such_thing(error: Exception) -> None:
    assert unavailable(error) is None


def test_waits_grow_to_five_seconds_and_begin_anew() -> None:
    waits: list[float] = []
    patience = Patience(waits.append)
    for _ in range(7):
        with patience.bearing():
            raise _said("database or disk is full")
    with patience.bearing():
        pass
    with patience.bearing():
        raise _said("database or disk is full")
    assert waits == [1, 2, 3, 4, 5, 5, 5, 1]


def test_what_is_no_such_thing_goes_on_its_way() -> None:
    with pytest.raises(ZeroDivisionError), Patience(lambda _: pytest.fail("no wait")).bearing():
        raise ZeroDivisionError
