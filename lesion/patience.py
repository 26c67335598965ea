"""How long to keep trying a service on the network: attempts, pauses between them, one time limit for all."""

from __future__ import annotations

import datetime
import email.utils
import time
from collections.abc import Callable
from typing import TypeVar

import httpx

from lesion.errors import ArchiveError

__all__ = ["Patience", "TryAgainError", "check"]

BUSY = frozenset({429, 500, 502, 503, 504})
LONGEST_PAUSE = 120.0
ADVICE = "Check the connection, then run the same command again: it continues where it stopped."

T = TypeVar("T")


class TryAgainError(Exception):
    """A failure that may pass; ``pause`` is how long the server asked to wait, in seconds."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


class Patience:
    """Try ``attempts`` times, ``pause`` seconds apart at first, then twice as long each time.

    All of it together ends after ``time_limit`` seconds, where a limit is given.
    """

    def __init__(self, attempts: int, pause: float, time_limit: float | None) -> None:
        self._attempts = max(1, attempts)
        self._pause = pause
        self._end = None if time_limit is None else time.monotonic() + time_limit

    def persist(self, attempt: Callable[[], T], what: str) -> T:
        """Return what ``attempt`` returns, calling it again after failures that may pass.

        Raises:
            ArchiveError: the attempts or the time are used up, or the failure will not pass.
        """
        for pause in (self._pause * 2**n for n in range(self._attempts - 1)):
            try:
                return attempt()
            except (TryAgainError, httpx.TransportError) as error:
                if isinstance(error, httpx.UnsupportedProtocol):
                    raise _gave_up(what, error) from error
                asked = error.pause if isinstance(error, TryAgainError) else None
                self._sleep(pause if asked is None else min(asked, LONGEST_PAUSE), what, error)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise _gave_up(what, error) from error
        try:
            return attempt()
        except (TryAgainError, httpx.HTTPError, httpx.InvalidURL) as error:
            raise _gave_up(what, error) from error

    def timeout(self) -> httpx.Timeout:
        """Return the limits for one request, within the time that is left.

        Raises:
            ArchiveError: no time is left.
        """
        left = self._left()
        return httpx.Timeout(min(30.0, left), connect=min(10.0, left))

    def _left(self) -> float:
        left = LONGEST_PAUSE + 1 if self._end is None else self._end - time.monotonic()
        if left <= 0:
            raise ArchiveError(f"The time limit is over. {ADVICE}")
        return left

    def _sleep(self, seconds: float, what: str, error: Exception) -> None:
        if seconds >= self._left():
            raise _gave_up(what, error) from error
        time.sleep(seconds)


def check(response: httpx.Response) -> None:
    """Pass a good answer; raise TryAgainError for a busy service, ArchiveError for a refusal."""
    if response.status_code in BUSY:
        raise TryAgainError(f"it answered {response.status_code}", _retry_after(response))
    if response.is_error:
        address = response.request.url.copy_with(query=None)
        raise ArchiveError(
            f"The ISIC Archive answered {response.status_code} for {address}: "
            "check the ids, the collections and the base URL."
        )


def _retry_after(response: httpx.Response) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, given there as seconds or as a date."""
    value = response.headers.get("Retry-After", "")
    if value.isdecimal():
        return float(value)
    try:
        date = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, date.timestamp() - datetime.datetime.now(datetime.UTC).timestamp())


def _gave_up(what: str, error: Exception) -> ArchiveError:
    reason = str(error) or type(error).__name__
    return ArchiveError(f"The ISIC Archive gave nothing for {what} ({reason}). {ADVICE}")
