"""How a program asks a server by HTTP: one request, and what came of it."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable, Mapping, Sequence

import aiohttp
import httpx
import msgspec

__all__ = ["Ask", "Said", "posting", "said"]


class Said(msgspec.Struct, frozen=True):
    """What a server answered; ``retry_after`` in seconds, where it named them."""

    status: int
    body: bytes
    retry_after: float | None = None


Ask = Callable[[aiohttp.ClientSession, int], Awaitable[Said]]
"""Sends the request of that number, counted from 0, and returns the answer."""


def posting(
    url: str, files: Sequence[bytes], field: str = "file", headers: Mapping[str, str] | None = None
) -> Ask:
    """Return a function that uploads the given JPEGs in turn, each as that field of a form."""
    forms = [_form(url, field, data) for data in files]

    async def ask(session: aiohttp.ClientSession, number: int) -> Said:
        body, kind = forms[number % len(forms)]
        # A stream, since aiohttp warns of bytes that are large.
        async with session.post(
            url, data=io.BytesIO(body), headers={"Content-Type": kind, **(headers or {})}
        ) as response:
            return await said(response)

    return ask


async def said(response: aiohttp.ClientResponse) -> Said:
    """Read an answer to its end."""
    wait = response.headers.get("Retry-After", "")
    return Said(response.status, await response.read(), float(wait) if wait.isdigit() else None)


def _form(url: str, field: str, data: bytes) -> tuple[bytes, str]:
    """Return a form with a JPEG in it, and its content type."""
    request = httpx.Request("POST", url, files={field: ("image.jpg", data, "image/jpeg")})
    return request.read(), request.headers["Content-Type"]
