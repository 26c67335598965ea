from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.incoming import MOST_CHUNK_LINE, MOST_HEAD, Incoming, Received

MOST = 1_000

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /api/classify?a=b HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\nhello, world"
CHUNKED = (
    b"POST /predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;name=value\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n"
)
TRAILERS = CHUNKED[:-2] + b"X-Sum: 1\r\n\r\n"


def head(*lines: bytes) -> bytes:
    return b"\r\n".join((b"POST / HTTP/1.1", b"Host: x", *lines, b"", b""))


def fed(*pieces: bytes) -> Incoming:
    incoming = Incoming(MOST)
    for piece in pieces:
        incoming.feed(piece)
    return incoming


@pytest.mark.parametrize(
    "request_", [GET, POST, CHUNKED, TRAILERS], ids=["get", "post", "chunks", "trailers"]
)
@given(cuts=st.sets(st.integers(1, 200)))
def test_a_request_is_whole_with_its_last_byte_however_it_comes(request_: bytes, cuts: set[int]) -> None:
    ends = [*sorted(cut for cut in cuts if cut < len(request_) - 1), len(request_) - 1]
    incoming = Incoming(MOST)
    for start, end in zip([0, *ends], ends, strict=False):
        incoming.feed(request_[start:end])
        assert not incoming.over
    incoming.feed(request_[-1:])
    assert incoming.whole
    assert incoming.over
    assert incoming.take() == request_


@given(data=st.binary(max_size=400), cut=st.integers(0, 400))
def test_nothing_that_comes_is_an_error_or_lost(data: bytes, cut: int) -> None:
    incoming = fed(data[:cut], data[cut:])
    taken = incoming.take()
    assert taken + incoming.rest().take() == data or incoming.whole
    assert data.startswith(taken)


def test_what_follows_a_request_is_kept_for_the_next() -> None:
    incoming = fed(POST + GET + CHUNKED[:30])
    found = []
    for _ in range(2):
        assert incoming.whole
        found.append(bytes(incoming.take()))
        incoming = incoming.rest()
    assert found == [POST, GET]
    assert not incoming.over
    incoming.feed(CHUNKED[30:])
    assert incoming.take() == CHUNKED


@pytest.mark.parametrize(("request_", "expected"), [(GET, False), (POST, True), (CHUNKED, True)])
def test_what_brings_a_body_is_known_by_its_head(request_: bytes, expected: bool) -> None:
    end = request_.index(b"\r\n\r\n") + 4
    assert fed(request_[:end]).brings_body is expected


@pytest.mark.parametrize(
    "request_",
    [
        head(b"Content-Length: 1", b"Content-Length: 2"),
        head(b"Content-Length: -1"),
        head(b"Content-Length: 5,5"),
        head(b"Content-Length: " + b"1" * 16),
        head(b"Content-Length: 1", b"Transfer-Encoding: chunked"),
        head(b"Transfer-Encoding: gzip, chunked"),
        head(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"),
        head(b"Transfer-Encoding: chunked") + b"zz\r\n",
        head(b"Transfer-Encoding: chunked") + b"5g\r\nhello\r\n0\r\n\r\n",
        head(b"Transfer-Encoding: chunked") + b"0x5\r\nhello\r\n0\r\n\r\n",
        head(b"Transfer-Encoding: chunked") + b"5;\na\r\nhello\r\n0\r\n\r\n",
        head(b"Transfer-Encoding: chunked") + b"1" * (MOST_CHUNK_LINE + 1),
        b"GET / HTTP/1.1\nHost: x\n\n",
        b"GET / HTTP/1.1\r\nHost: x\n",
    ],
)
def test_what_is_no_http_is_not_waited_for_but_left_to_the_parser(request_: bytes) -> None:
    incoming = fed(request_)
    assert incoming.over
    assert not incoming.whole
    assert not incoming.too_large
    assert incoming.take() == request_


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (head(b"Content-Length: 1001"), 413),
        (head(b"Content-Length: 999999999999999"), 413),
        (head(b"Transfer-Encoding: chunked") + b"3e9\r\n", 413),
        (head(b"Transfer-Encoding: chunked") + b"ffffffff\r\n", 413),
        (head(b"Transfer-Encoding: chunked") + b"0\r\n" + b"X: y\r\n" * MOST_HEAD, 431),
        (b"GET /" + b"a" * MOST_HEAD, 431),
        (b"GET / HTTP/1.1\r\n" + b"X: %b\r\n" % (b"a" * 7_000) * 10 + b"\r\n", 431),
    ],
)
def test_what_is_too_large_is_known_as_such_however_it_comes(request_: bytes, status: int) -> None:
    for cut in (len(request_), len(request_) // 2):
        incoming = fed(request_[:cut], request_[cut:])
        assert (incoming.over, incoming.whole, incoming.too_large) == (True, False, status)


def test_many_small_chunks_are_too_large_together() -> None:
    incoming = fed(head(b"Transfer-Encoding: chunked"))
    for _ in range(MOST // 6 + 1):
        assert not incoming.over
        incoming.feed(b"1\r\na\r\n")
    incoming.feed(b"1\r\na\r\n")
    assert incoming.over


def test_a_client_that_waits_for_word_before_its_body_gets_it_once() -> None:
    incoming = fed(head(b"Content-Length: 3", b"Expect: 100-continue"))
    assert incoming.waits_for_word
    incoming.feed(b"a")
    assert not incoming.waits_for_word
    assert not fed(POST[:-12]).waits_for_word
    assert not fed(head(b"Content-Length: 9999", b"Expect: 100-continue")).waits_for_word
    older = head(b"Content-Length: 3", b"Expect: 100-continue").replace(b"HTTP/1.1", b"HTTP/1.0")
    assert not fed(older).waits_for_word


def test_the_path_is_what_stands_before_the_question_mark() -> None:
    assert fed(POST).path == b"/api/classify"
    assert fed(b"nonsense").path == b""


def test_received_gives_out_all_bytes_in_small_pieces_and_then_the_end() -> None:
    data = bytes(range(256)) * 1_000
    received = Received(bytearray(data))
    pieces = list(iter(lambda: received.recv(10**6), b""))
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= 65_536
    assert received.recv(10) == b""
