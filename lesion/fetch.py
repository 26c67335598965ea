"""What `lesion samples` does: bring the listed CC0 images from the ISIC Archive into a folder."""

from __future__ import annotations

import csv
import os
import threading
import time
from pathlib import Path

import msgspec
from tqdm import tqdm

from lesion.archive import BASE_URL, Archive
from lesion.bundle import sha256
from lesion.errors import ArchiveError
from lesion.samples import METADATA, ListedSample, listed_samples

__all__ = ["Fetched", "fetch_samples"]

COLUMNS = ["image_id", "dx", "title", "attribution", "licence", "sha256"]
CC0 = frozenset({"CC-0", "CC0"})


class Fetched(msgspec.Struct, frozen=True):
    """How many photos are listed, how many are in the folder, how many came now, and why not all."""

    listed: int
    present: int
    new: int
    problem: str | None


class _Folder:
    """The folder that is filled. A photo shows up in it only after its row in the metadata is written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.incoming = path / "incoming"
        self.incoming.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._rows = self._read()

    def holds(self, image_id: str) -> bool:
        """Whether the photo is there, and is the one that was fetched."""
        photo = self.path / f"{image_id}.jpg"
        return photo.is_file() and self._rows.get(image_id, {}).get("sha256") == sha256(photo)

    def accept(self, listed: ListedSample, attribution: str, digest: str) -> None:
        """Take over a photo from `incoming`."""
        row = {**msgspec.structs.asdict(listed), "image_id": listed.id, "sha256": digest}
        row["attribution"] = attribution or listed.attribution
        with self._lock:
            self._rows[listed.id] = {column: row[column] for column in COLUMNS}
            self._write()
            (self.incoming / f"{listed.id}.jpg").replace(self.path / f"{listed.id}.jpg")

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            with (self.path / METADATA).open(newline="", encoding="utf-8") as stream:
                return {row["image_id"]: row for row in csv.DictReader(stream)}
        except (OSError, KeyError, UnicodeDecodeError, csv.Error):
            return {}

    def _write(self) -> None:
        fresh = self.incoming / METADATA
        with fresh.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, COLUMNS)
            writer.writeheader()
            writer.writerows(self._rows[key] for key in sorted(self._rows))
        os.replace(fresh, self.path / METADATA)


def fetch_samples(folder: Path, *, base_url: str = BASE_URL, time_limit: float = 60.0) -> Fetched:
    """Fetch the listed photos that ``folder`` lacks, and return within ``time_limit`` seconds.

    A terminal is shown a progress bar.

    Threads that are no longer waited for are left behind, since looking up a host's name cannot be
    interrupted; what they leave unfinished is continued by the next call.

    Raises:
        OSError: the folder cannot be written.
    """
    target = _Folder(folder)
    wanted = [listed for listed in listed_samples() if not target.holds(listed.id)]
    problems: list[str] = []
    end = time.monotonic() + time_limit
    with Archive(base_url, attempts=3, pause=0.5, time_limit=time_limit) as archive:
        threads = [
            threading.Thread(target=_fetch, args=(archive, listed, target, problems), daemon=True)
            for listed in wanted
        ]
        for thread in threads:
            thread.start()
        for thread in tqdm(threads, desc="Fetching photos", unit="photo", disable=None, leave=False):
            thread.join(max(0.0, end - time.monotonic()))
    missing = [listed for listed in listed_samples() if not target.holds(listed.id)]
    present = len(listed_samples()) - len(missing)
    problem = (problems or ["The time limit is over."])[0] if missing else None
    return Fetched(len(listed_samples()), present, len(wanted) - len(missing), problem)


def _fetch(archive: Archive, listed: ListedSample, target: _Folder, problems: list[str]) -> None:
    try:
        image = archive.image(listed.id)
        if image.copyright_license not in CC0:
            raise ArchiveError(
                f"{listed.id} is left out: its licence now is {image.copyright_license}, not CC0."
            )
        digest = archive.download(image, target.incoming / f"{listed.id}.jpg")
        target.accept(listed, image.attribution, digest)
    except (ArchiveError, OSError, RuntimeError) as error:
        # RuntimeError: the client was closed, because the time limit is over.
        problems.append(str(error))
