from __future__ import annotations

import errno
import io
import logging

import pytest

from server.logs import StandardOutput


class Disk(io.StringIO):
    """A stream that takes nothing while it is full."""

    full = False

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def log(disk: Disk) -> logging.Logger:
    logger = logging.Logger("test")
    logger.addHandler(StandardOutput(disk))
    return logger


def test_lines_that_a_full_disk_did_not_take_are_counted_once_there_is_room(
    log: logging.Logger, disk: Disk, capsys: pytest.CaptureFixture[str]
) -> None:
    log.warning("before")
    disk.full = True
    for _ in range(3):
        log.warning("lost")
    disk.full = False
    log.warning("after")
    log.warning("later")
    assert disk.getvalue().splitlines() == ["before", "after", "3 lines before this one were lost", "later"]
    assert capsys.readouterr().err == ""


def test_a_line_that_is_wrong_in_itself_is_still_complained_of(
    log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    log.warning("%d", "no number")
    assert "--- Logging error ---" in capsys.readouterr().err
