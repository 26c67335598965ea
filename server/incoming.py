"""The bytes of a request as they come in, and the moment when all of them are there.

Only the framing is looked at, as far as it takes to know where a request ends (RFC 9112, sections 6 and 7),
and whether it is too large. Whether it is a good request, gunicorn's parser decides: it is given what came,
and sees the end of the connection behind it.
"""

from __future__ import annotations

import re
from http import HTTPStatus

__all__ = ["Incoming", "Received"]

MOST_HEAD = 65_536
"""Bytes that all lines of a head may have together; gunicorn limits their number, and each."""
MOST_CHUNK_LINE = 1_024
LARGEST_PIECE = 65_536

_TARGET = re.compile(rb"[^ \r\n]* ([^ ?\r\n]*)")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([^\r\n]*?)[ \t]*(?=\r\n)", re.IGNORECASE)
_NUMBER = re.compile(rb"[0-9]{1,15}")
_CODING = re.compile(rb"\r\ntransfer-encoding:[ \t]*([^\r\n]*?)[ \t]*(?=\r\n)", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)
_BARE_LF = re.compile(rb"(?<!\r)\n")
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})(?:[ \t]*;[\t -~\x80-\xff]*)?")


class Incoming:
    """One request, as far as it has come.

    ``whole`` says that all of it is here; ``over`` that no more of it is to be waited for, since it is whole,
    or too large, or not HTTP, so that it need not be. Where its body has more than ``most_body`` bytes, or
    its head too many, ``too_large`` is the status (RFC 9110) that says so, otherwise 0.
    """

    def __init__(self, most_body: int) -> None:
        self.whole = self.over = self.chunked = False
        self.too_large = 0
        self._most_body = most_body
        self._data = bytearray()
        self._body_at: int | None = None
        self._end: int | None = None
        self._chunk_at = self._looked = 0

    def __len__(self) -> int:
        """Return how many bytes there are."""
        return len(self._data)

    @property
    def path(self) -> bytes:
        """What is asked for, without a question mark and what follows it."""
        target = _TARGET.match(self._data, 0, MOST_HEAD)
        return bytes(target[1]) if target else b""

    @property
    def brings_body(self) -> bool:
        """Whether there is or will be more than a head."""
        return self._body_at is not None and self._end != self._body_at

    @property
    def waits_for_word(self) -> bool:
        """Whether the client wants to be told that it may send the body (RFC 9110, section 10.1.1)."""
        if self._body_at != len(self._data) or self.over or not _EXPECTS.search(self._data):
            return False
        return self._data[: self._data.index(b"\r\n")].endswith(b" HTTP/1.1")

    def feed(self, data: bytes | bytearray) -> None:
        """Add what came."""
        self._data += data
        if self._body_at is None:
            self._look_for_body()
        if self.chunked and self._end is None:
            self._look_for_last_chunk(self._chunk_at)
        if self._end is not None and len(self._data) >= self._end:
            self.whole = self.over = True

    def take(self) -> bytearray:
        """Hand out the bytes, and forget them; those behind the end of the request are kept for `rest`."""
        data, self._data = self._data, self._data[self._end :] if self.whole else bytearray()
        if self._data:
            del data[self._end :]
        return data

    def rest(self) -> Incoming:
        """Return the next request of the connection, as far as it came with the one that was taken."""
        after = Incoming(self._most_body)
        after.feed(self._data)
        return after

    def _look_for_body(self) -> None:
        start, self._looked = max(0, self._looked - 3), len(self._data)
        end = self._data.find(b"\r\n\r\n", start)
        if end > MOST_HEAD or (end < 0 and len(self._data) > MOST_HEAD):
            self._give_up(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return
        if end < 0:
            self.over = self.over or bool(_BARE_LF.search(self._data, start))
            return
        self._body_at = end + 4
        head = self._data[: self._body_at]
        lengths, codings = _LENGTH.findall(head), _CODING.findall(head)
        if codings:
            self.chunked = [coding.lower() for coding in codings] == [b"chunked"] and not lengths
            self.over, self._chunk_at = not self.chunked, self._body_at
            return
        length = lengths[0] if lengths else b"0"
        if len(lengths) > 1 or not _NUMBER.fullmatch(length):
            self.over = True
        elif int(length) > self._most_body:
            self._give_up(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._end = self._body_at + int(length)

    def _give_up(self, status: int) -> None:
        self.over, self.too_large = True, status

    def _look_for_last_chunk(self, at: int) -> None:
        while (line_end := self._data.find(b"\r\n", at)) >= 0:
            size = _CHUNK_SIZE.fullmatch(self._data, at, line_end)
            if not size:
                self.over = True
                return
            length = int(size[1], 16)
            if at + length - (self._body_at or 0) > self._most_body:
                self._give_up(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                return
            if length == 0:
                self._look_for_end_of_trailers(line_end)
                return
            at = line_end + 2 + length + 2
            self._chunk_at = at
        self.over = self.over or len(self._data) - at > MOST_CHUNK_LINE

    def _look_for_end_of_trailers(self, at: int) -> None:
        end = self._data.find(b"\r\n\r\n", at)
        if end >= 0:
            self._end = end + 4
        elif len(self._data) - at > MOST_HEAD:
            self._give_up(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)


class Received:
    """What gunicorn's parser takes for a socket: it gives out the bytes that are here, and then the end."""

    def __init__(self, data: bytearray) -> None:
        self._data = memoryview(data)

    def recv(self, size: int) -> bytes:
        """Return at most ``size`` bytes, and not too many: the parser copies what it does not need yet."""
        size = min(size, LARGEST_PIECE)
        piece, self._data = bytes(self._data[:size]), self._data[size:]
        if not self._data:
            self._data = memoryview(b"")  # lets go of the whole
        return piece
