"""What was just looked up, remembered for a moment, and longer while the database is away."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

__all__ = ["Remembered"]

_MOST = 10_000

T = TypeVar("T")


class Remembered(Generic[T]):
    """Looks things up by a text; what was found is good for some seconds, and as long as it cannot be asked anew.

    What is not found is not remembered: it raises each time.
    """

    def __init__(self, look_up: Callable[[str], T], seconds: float, monotonic: Callable[[], float]) -> None:
        self._look_up = look_up
        self._seconds = seconds
        self._monotonic = monotonic
        self._known: OrderedDict[str, tuple[float, T]] = OrderedDict()
        self._lock = Lock()

    async def get(self, name: str) -> T:
        """What is known, else what is found now, in another thread; raises what the looking up raises."""
        known = self._known.get(name)
        if known is not None and self._monotonic() - known[0] < self._seconds:
            return known[1]
        return await self.get_anew(name)

    async def get_anew(self, name: str) -> T:
        """What is found now; raises what the looking up raises."""
        return await run_in_threadpool(self._ask, name)

    def _ask(self, name: str) -> T:
        try:
            found = self._look_up(name)
        except SQLAlchemyError:
            if (known := self._known.get(name)) is not None:
                return known[1]
            raise
        except Exception:
            self._known.pop(name, None)
            raise
        with self._lock:
            self._known[name] = (self._monotonic(), found)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        return found
