"""Offer load to a server from this process, and record how each request went.

There are two ways to offer it, and they answer different questions:

- :func:`closed_loop`: so many clients, each of which keeps one connection and sends its next request when it
  has its answer. A slow server is asked less. It tells what a server can do.
- :func:`open_loop`: so many requests a second, whatever became of those before, each by a connection of its
  own and at random times, as strangers come. It tells what a server does when more is asked than it can do.

A client that is refused with ``Retry-After`` waits for as long before it comes again in a closed loop; in an
open one the refusal is its answer. Both return a :class:`Load`, and block: to do something to the server
meanwhile, call them in a thread.

    python -m benchmarks.load http://127.0.0.1:5000/api/classify --rate 20 --seconds 60
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import aiohttp
import click
import msgspec
import numpy as np
from tqdm import tqdm

from benchmarks.asking import Ask, Said, posting
from benchmarks.photographs import photographs

__all__ = ["Load", "Reply", "closed_loop", "open_loop"]

PATIENCE = 120.0
"""Seconds that a client waits for its answer, unless told otherwise."""

BREATH = 0.05
"""Seconds before a client in a closed loop tries again whose connection failed."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """How one request went.

    ``due`` is when it was to be sent, in seconds since the load began, and ``seconds`` how long after that
    its last byte, or its failure, came: what a generator that is late takes is counted too, or a server that
    blocks would look well (G. Tene, "How NOT to Measure Latency", 2015). ``status`` is 0 where no
    answer came, and ``problem`` then says why: ``refused``, ``broken`` or ``late``. ``note`` is what the
    caller chose to keep of the answer.
    """

    due: float
    seconds: float
    status: int = 0
    problem: str = ""
    retry_after: float | None = None
    note: str = ""

    @property
    def good(self) -> bool:
        """Whether an answer came, and not an excuse."""
        return self.status == 200


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What became of all requests of a load that lasted ``seconds``.

    A closed loop lasts to its last answer. An open one is over when no more requests are due: answers that
    come later are in ``replies``, but do not count for the rate.
    """

    seconds: float
    replies: list[Reply]

    @property
    def good(self) -> list[Reply]:
        """The requests that got their answer."""
        return [reply for reply in self.replies if reply.good]

    @property
    def all_good(self) -> bool:
        """Whether every request got its answer, and there were any."""
        return len(self.good) == len(self.replies) > 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return sum(reply.due + reply.seconds <= self.seconds for reply in self.good) / self.seconds

    @property
    def outcomes(self) -> dict[str, int]:
        """How many requests ended with each status, or each problem."""
        return dict(Counter(reply.problem or str(reply.status) for reply in self.replies))

    def percentile(self, q: float) -> float:
        """Return the seconds within which ``q`` percent of the answers came; NaN where none did."""
        times = [reply.seconds for reply in self.good]
        return float(np.percentile(times, q)) if times else float("nan")


def closed_loop(
    ask: Ask,
    *,
    clients: int,
    seconds: float,
    requests: float = math.inf,
    patience: float = PATIENCE,
    note: Callable[[Said], str] | None = None,
    seen: Callable[[Reply], object] | None = None,
) -> Load:
    """Let so many clients each send one request after the other, and wait for the last answers.

    Args:
        ask: sends a request.
        clients: how many there are.
        seconds: how long they go on; what is under way then is waited for.
        requests: how many they send at most, all together.
        patience: seconds that a client waits for an answer.
        note: what to keep of an answer, in :attr:`Reply.note`.
        seen: called with each reply as it comes.
    """
    desk = _Desk(ask, patience, note, seen)

    async def client() -> None:
        async with _session(aiohttp.TCPConnector(limit=1)) as session:
            while (due := desk.now()) < seconds and desk.sent < requests:
                reply = await desk.send(session, due)
                wait = BREATH if reply.problem else reply.retry_after or 0.0
                await asyncio.sleep(max(0.0, min(wait, seconds - desk.now())))

    async def everybody() -> None:
        desk.open()
        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(client())

    asyncio.run(everybody())
    return Load(seconds=desk.now(), replies=desk.replies)


def open_loop(
    ask: Ask,
    *,
    rate: float,
    seconds: float,
    patience: float = PATIENCE,
    seed: int = 0,
    note: Callable[[Said], str] | None = None,
    seen: Callable[[Reply], object] | None = None,
) -> Load:
    """Send ``rate`` requests a second on average, whatever becomes of them, and wait for the last answers.

    They come as a Poisson process, the same for the same ``seed``. Each request under way needs a file
    descriptor of this process. Other arguments are those of :func:`closed_loop`.
    """
    desk = _Desk(ask, patience, note, seen)
    times = random.Random(seed)

    async def everybody() -> None:
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        async with _session(connector) as session, asyncio.TaskGroup() as group:
            desk.open()
            due = times.expovariate(rate)
            while due < seconds:
                await asyncio.sleep(max(0.0, due - desk.now()))
                group.create_task(desk.send(session, due))
                due += times.expovariate(rate)

    asyncio.run(everybody())
    return Load(seconds=seconds, replies=desk.replies)


class _Desk:
    """Numbers requests, times them, and files their replies."""

    def __init__(
        self,
        ask: Ask,
        patience: float,
        note: Callable[[Said], str] | None,
        seen: Callable[[Reply], object] | None,
    ) -> None:
        self._ask, self._patience, self._note, self._seen = ask, patience, note, seen
        self.sent = 0
        self.replies: list[Reply] = []

    def open(self) -> None:
        """Begin to count time."""
        self._start = time.perf_counter()

    def now(self) -> float:
        """Return the seconds since the load began."""
        return time.perf_counter() - self._start

    async def send(self, session: aiohttp.ClientSession, due: float) -> Reply:
        """Send the next request, and file how it went."""
        answer, problem = Said(0, b""), ""
        number, self.sent = self.sent, self.sent + 1
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._ask(session, number)
        except TimeoutError:
            problem = "late"
        except aiohttp.ClientConnectorError:
            problem = "refused"
        except (aiohttp.ClientError, OSError):
            problem = "broken"
        reply = Reply(
            due=due,
            seconds=self.now() - due,
            status=answer.status,
            problem=problem,
            retry_after=answer.retry_after,
            note=self._note(answer) if self._note and not problem else "",
        )
        self.replies.append(reply)
        if self._seen:
            self._seen(reply)
        return reply


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    # How long to wait is the desk's business.
    return aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=None))


def summary(load: Load) -> str:
    """Return a few lines on a load."""
    latencies = ", ".join(f"p{q} {1000 * load.percentile(q):.1f} ms" for q in (50, 95, 99))
    outcomes = ", ".join(f"{count} × {name}" for name, count in sorted(load.outcomes.items()))
    return (
        f"{len(load.replies)} requests in {load.seconds:.1f} s: {outcomes or 'none'}\n"
        f"{load.rate:.1f} answers a second; latency {latencies}"
    )


@click.command()
@click.argument("url")
@click.option("--clients", default=1, show_default=True, help="Clients that each wait for their answer.")
@click.option("--rate", type=float, help="Instead of clients: requests a second, whatever becomes of them.")
@click.option("--seconds", default=10.0, show_default=True, help="How long.")
@click.option("--patience", default=PATIENCE, show_default=True, help="Seconds to wait for an answer.")
@click.option(
    "--image",
    "images",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JPEG to send; give it again for more.  [default: drawings of 600x450 pixels]",
)
def main(
    url: str, clients: int, rate: float | None, seconds: float, patience: float, images: tuple[Path, ...]
) -> None:
    """Upload images to URL, and tell how many answers came and how soon.

    \b
    Example:
      python -m benchmarks.load http://127.0.0.1:5000/api/classify --clients 16 --seconds 30
    """
    ask = posting(url, [path.read_bytes() for path in images] or photographs())
    with tqdm(unit="reply") as bar:

        def seen(reply: Reply) -> None:
            bar.update()

        if rate is None:
            load = closed_loop(ask, clients=clients, seconds=seconds, patience=patience, seen=seen)
        else:
            load = open_loop(ask, rate=rate, seconds=seconds, patience=patience, seen=seen)
    click.echo(summary(load))


if __name__ == "__main__":
    main()
