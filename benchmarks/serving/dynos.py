"""What an hour costs at Heroku, for a server that needs so much memory.

Sizes and prices: https://devcenter.heroku.com/articles/dyno-types and, for the most that a dyno costs a
month, https://devcenter.heroku.com/articles/usage-and-billing. It is charged by the second.
"""

from __future__ import annotations

import msgspec

AS_OF = "October 2024"
"""When sizes and prices were looked up."""
HOURS_A_MONTH = 720
"""By which Heroku divides: Performance-M is $0.347 an hour."""
ECO_IS_LEFT_OUT = "Eco, which costs less, sleeps, and shares its hours among all of an account's dynos."


class Dyno(msgspec.Struct, frozen=True):
    """A size on offer: its name, its memory in bytes, and dollars a month."""

    name: str
    memory: float
    price: float

    @property
    def an_hour(self) -> float:
        """Dollars an hour."""
        return self.price / HOURS_A_MONTH


DYNOS = (
    Dyno("Basic", 512e6, 7),
    Dyno("Standard-2X", 1024e6, 50),
    Dyno("Performance-M", 2.5e9, 250),
    Dyno("Performance-L", 14e9, 500),
)


def smallest(memory: float) -> Dyno | None:
    """Return the cheapest dyno that holds so many bytes; ``None`` where none does."""
    return next((dyno for dyno in DYNOS if dyno.memory >= memory), None)
