"""The tree of our errors; each knows its HTTP code, its reason and the exit code of a command."""

__all__ = [
    "BadRequest",
    "BusyhourError",
    "Conflict",
    "Forbidden",
    "InternalError",
    "NotFound",
    "OutOfMemory",
    "PayloadTooLarge",
    "RateLimited",
    "Unauthorized",
    "Unavailable",
    "UnreadableFile",
]


class BusyhourError(Exception):
    """Anything that goes wrong in a way we can explain to whoever asked."""

    code = 500
    reason = "backendError"
    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InternalError(BusyhourError):
    """Something broke on our side; the log has the details, the caller does not."""


class OutOfMemory(BusyhourError):
    """What was asked for needs more memory than it may have; trying again would not help."""


class BadRequest(BusyhourError):
    """The request is malformed or impossible."""

    code = 400
    reason = "badRequest"
    exit_code = 2


class UnreadableFile(BadRequest):
    """A file cannot be read as what it was said to be; nothing of it was taken."""


class Unauthorized(BusyhourError):
    """The key is missing or unknown."""

    code = 401
    reason = "unauthorized"


class Forbidden(BusyhourError):
    """Who asks may not do this from there."""

    code = 403
    reason = "forbidden"


class NotFound(BusyhourError):
    """There is no such thing in this company."""

    code = 404
    reason = "notFound"


class Conflict(BusyhourError):
    """The thing is in a state that does not allow this."""

    code = 409
    reason = "conflict"


class PayloadTooLarge(BusyhourError):
    """The body is larger than this door takes."""

    code = 413
    reason = "payloadTooLarge"


class RateLimited(BusyhourError):
    """The company has used up its requests; `retry_after` is in seconds."""

    code = 429
    reason = "rateLimitExceeded"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(BusyhourError):
    """What the answer needs is away at the moment; nothing was taken, and the same request may be sent again.

    `cause` is for the log alone: it may name what a caller has no need to know.
    """

    code = 503
    reason = "backendError"
    retry_after = 1

    def __init__(self, message: str, cause: str = "") -> None:
        super().__init__(message)
        self.cause = cause or message
