"""How a program asks Gradio by HTTP: upload, ask, and follow the answer's events, three requests in all.

https://www.gradio.app/guides/querying-gradio-apps-with-curl
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import aiohttp
import msgspec

from benchmarks.asking import Ask, Said, posting

PLACE = "/gradio_api"


def asking_gradio(base: str, files: Sequence[bytes]) -> Ask:
    """Return a function that has a Gradio server judge the given JPEGs in turn."""
    upload = posting(f"{base}{PLACE}/upload", files, field="files")
    call = f"{base}{PLACE}/call/predict"

    async def ask(session: aiohttp.ClientSession, number: int) -> Said:
        uploaded = await upload(session, number)
        if uploaded.status != 200:
            return uploaded
        path = msgspec.json.decode(uploaded.body)[0]
        question = {"data": [{"path": path, "meta": {"_type": "gradio.FileData"}}]}
        async with session.post(call, json=question) as response:
            if response.status != 200:
                return Said(response.status, await response.read())
            event = (await response.json())["event_id"]
        async with session.get(f"{call}/{event}") as response:
            return _completed(await response.read())

    return ask


def _completed(events: bytes) -> Said:
    """Return the answer from a whole stream of events; one without an answer counts as a failure."""
    lines = events.decode().splitlines()
    for event, data in pairwise(lines):
        if event == "event: complete":
            return Said(200, msgspec.json.encode(msgspec.json.decode(data.removeprefix("data: "))[0]))
    return Said(500, events)
