"""The one configuration object, and the one place that reads the environment.

Each field of `Config` is one environment variable with its default and its meaning. ``python -m
server.config`` prints them as the Markdown table in docs/configuration.md.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from msgspec import Meta

from lesion.cpus import available_cpus

__all__ = ["Config", "ConfigError", "markdown_table", "metrics_dir", "read_config", "set_metrics_dir"]

ROOT = Path(__file__).resolve().parents[1]

PHONE_BYTES = 5_000_000
"""What a phone's picture has at most, as a rule."""

_METRICS_DIR = "PROMETHEUS_MULTIPROC_DIR"

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")


class ConfigError(Exception):
    """A variable has a value that cannot be used; the message names it and says what is expected."""


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=str.upper):
    """What an operator may decide. Every default serves the bundled model on this machine alone."""

    host: Annotated[
        str,
        Meta(
            min_length=1,
            description="Address to listen on. `0.0.0.0` lets other machines in; the container sets it.",
        ),
    ] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535, description="Port to listen on.")] = 5000
    lesion_model: Annotated[
        str, Meta(min_length=1, description="Model to start with: a name in the models folder or a path.")
    ] = "mobilenet_v2"
    lesion_models_dir: Annotated[
        Path, Meta(description="Folder whose model bundles are on offer.", extra={"default": "`models/`"})
    ] = ROOT / "models"
    lesion_engine: Annotated[
        Literal["onnx", "fastai"],
        Meta(description="`onnx`, or `fastai`, which loads `model.pkl` and needs the training packages."),
    ] = "onnx"
    lesion_samples_dir: Annotated[
        Path | None,
        Meta(
            description="Folder with sample images for the page; otherwise those that `lesion samples` "
            "fetched, otherwise drawings."
        ),
    ] = None
    lesion_cache_dir: Annotated[
        Path | None,
        Meta(
            description="Folder where `lesion samples` keeps what it fetched.",
            extra={"default": "the user's cache folder"},
        ),
    ] = None
    lesion_max_bytes: Annotated[
        int, Meta(ge=1_000, le=200_000_000, description="Largest image file in bytes.")
    ] = 15_000_000
    lesion_max_pixels: Annotated[
        int, Meta(ge=10_000, le=500_000_000, description="Largest image in pixels, once decompressed.")
    ] = 50_000_000
    lesion_threads: Annotated[
        Annotated[int, Meta(ge=1, le=256)] | None,
        Meta(
            description="Threads within one pass through the network.",
            extra={"default": "processors of the container's quota, shared by the workers"},
        ),
    ] = None
    lesion_parallel: Annotated[
        Annotated[int, Meta(ge=1, le=256)] | None,
        Meta(
            description="Images worked on at once; each may take 200 MB while it is decoded.",
            extra={"default": "2, or 1 with one thread"},
        ),
    ] = None
    lesion_queue: Annotated[
        int,
        Meta(
            ge=0,
            le=256,
            description="Images that may wait while others are worked on; more are sent away at once, to "
            "come again. Uploads may take 5 MB of memory for each of them, or as much as three of the "
            "largest; beyond that, one that is still coming is sent away.",
        ),
    ] = 16
    request_timeout: Annotated[
        int,
        Meta(
            ge=1,
            le=3_600,
            description="Seconds in which an image is answered or refused, once it has arrived, the picture "
            "of `/predict` included; Heroku allows 30.",
        ),
    ] = 25
    web_workers: Annotated[
        int,
        Meta(ge=1, le=64, description="Processes that answer; each holds the model, and the threads, once."),
    ] = 1
    explain_jobs: Annotated[
        int,
        Meta(
            ge=1,
            le=64,
            description="Explanations worked on at once, within LESION_PARALLEL; four times as many wait.",
        ),
    ] = 1
    explain_timeout: Annotated[
        int,
        Meta(
            ge=1,
            le=86_400,
            description="Seconds that one explanation may be worked on; what `/predict` waits for, never "
            "longer than REQUEST_TIMEOUT.",
        ),
    ] = 300
    explain_streams: Annotated[
        int,
        Meta(
            ge=0,
            le=256,
            description="Requests that may stay to follow an explanation; whoever is one too many has to ask "
            "for its state.",
        ),
    ] = 8
    explain_cache_mb: Annotated[
        int,
        Meta(
            ge=0, le=4_096, description="Memory for explanations that may be asked for again, in megabytes."
        ),
    ] = 16
    cors_origins: Annotated[
        tuple[str, ...],
        Meta(
            description="Origins whose pages may call the API, separated by commas, or `*`.",
            extra={"default": "none"},
        ),
    ] = ()
    trusted_proxies: Annotated[
        int,
        Meta(
            ge=0,
            le=10,
            description="Proxies in front whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.",
            extra={"default": "`0`; on Heroku `1`"},
        ),
    ] = 0
    database_url: Annotated[
        str | None,
        Meta(
            description="Where to keep a record of predictions: `sqlite:////data/record.db`, or "
            "`postgresql://user:password@host/name`.",
            extra={"default": "none is kept"},
        ),
    ] = None
    store_images: Annotated[
        bool, Meta(description="Whether the record keeps the images too.", extra={"default": "`false`"})
    ] = False
    retention_days: Annotated[
        Annotated[int, Meta(ge=1, le=36_500)] | None,
        Meta(
            description="Days after which a recorded prediction is deleted.",
            extra={"default": "kept until somebody deletes it"},
        ),
    ] = None
    allowed_hosts: Annotated[
        tuple[str, ...],
        Meta(
            description="Names under which the server may be asked, separated by commas; `.example.org` also "
            "stands for all below it. `/ping` and `/healthz` answer under any, "
            "`/metrics` also by address.",
            extra={"default": "any"},
        ),
    ] = ()
    rate_limit: Annotated[
        str,
        Meta(
            description="Images that one address, or one API key, may send, such as `60/minute;1000/hour`, "
            "or `off`; its record as CSV, or evaluated, counts as one."
        ),
    ] = "120/minute"
    rate_limit_reads: Annotated[
        str,
        Meta(
            description="All else that one address, or one API key, may ask for; the page's files are free."
        ),
    ] = "1200/minute"
    rate_limit_store: Annotated[
        str,
        Meta(
            description="Where requests are counted: `memory://`, by each worker for itself, or a `redis://` "
            "that all share."
        ),
    ] = "memory://"
    api_keys_file: Annotated[
        Path | None, Meta(description="File of API keys that `lesion keys add --file` wrote.")
    ] = None
    api_keys: Annotated[
        str | None,
        Meta(description="What `lesion keys add` prints, separated by spaces, where there is no file."),
    ] = None
    api_keys_required: Annotated[
        bool,
        Meta(
            description="Whether API and metrics answer to nobody without a key; the page, which has none, "
            "then classifies nothing.",
            extra={"default": "`false`"},
        ),
    ] = False
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], Meta(description="Least severe log lines to write.")
    ] = "INFO"
    log_addresses: Annotated[
        bool,
        Meta(
            description="Whether log lines tell the address that a request came from.",
            extra={"default": "`false`"},
        ),
    ] = False

    def __post_init__(self) -> None:
        for origin in self.cors_origins:
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                raise ValueError(f"`{origin}` is not an origin such as https://example.org")

    @property
    def threads(self) -> int:
        """Threads of the engine: as asked for, otherwise what the container's quota allows each worker."""
        return self.lesion_threads or max(1, available_cpus() // self.web_workers)

    @property
    def parallel(self) -> int:
        """Images in work at once. Two keep all processors busy: one is decoded while the other is judged."""
        return self.lesion_parallel or min(2, self.threads)

    @property
    def jobs(self) -> int:
        """Explanations in work at once: one for which there is no place could hold up those that have one."""
        return min(self.explain_jobs, self.parallel)

    @property
    def upload_threads(self) -> int:
        """Threads for what brings a body: those that work, wait or follow, and two that send others away."""
        return self.parallel + self.lesion_queue + self.explain_streams + 2

    @property
    def web_threads(self) -> int:
        """Threads for what brings none, such as the page and health: four besides those that follow jobs."""
        return self.explain_streams + 4

    @property
    def max_form_bytes(self) -> int:
        """Largest multipart body: the largest image, and 64 KiB for what stands around it."""
        return self.lesion_max_bytes + 65_536

    @property
    def max_json_bytes(self) -> int:
        """Largest JSON body: the largest image as base64 with line breaks, and 64 KiB."""
        return self.lesion_max_bytes * 4 // 3 * 78 // 76 + 65_536

    @property
    def max_held_bytes(self) -> int:
        """Bytes of all uploads that a process holds at once: as phones send them, or three of the largest."""
        return max(3 * self.max_json_bytes, (self.parallel + self.lesion_queue) * PHONE_BYTES)


def read_config(environment: Mapping[str, str] | None = None) -> Config:
    """Read the variables of `Config` from ``environment``, by default that of the process.

    An empty variable counts as unset. Raises ConfigError.
    """
    given = os.environ if environment is None else environment
    fields = msgspec.structs.fields(Config)
    values: dict[str, Any] = {
        field.encode_name: given[field.encode_name].strip()
        for field in fields
        if given.get(field.encode_name, "").strip()
    }
    for name in {"ALLOWED_HOSTS", "CORS_ORIGINS"} & values.keys():
        values[name] = [item.strip().lower() for item in values[name].split(",") if item.strip()]
    if "LOG_LEVEL" in values:
        values["LOG_LEVEL"] = values["LOG_LEVEL"].upper()
    if given.get("DYNO"):
        values.setdefault("TRUSTED_PROXIES", "1")  # Heroku's router, the only way in
    config = _convert(values)
    if config.lesion_samples_dir and not config.lesion_samples_dir.is_dir():
        raise ConfigError(
            f"LESION_SAMPLES_DIR={config.lesion_samples_dir} cannot be used: there is no such folder."
        )
    return config


def metrics_dir() -> Path | None:
    """Return the folder in which several workers count together, as `set_metrics_dir` named it."""
    folder = os.environ.get(_METRICS_DIR)
    return Path(folder) if folder else None


def set_metrics_dir(folder: Path) -> None:
    """Tell the workers to come, and the library that counts for them, where they count together."""
    os.environ[_METRICS_DIR] = str(folder)


def _convert(values: dict[str, Any]) -> Config:
    try:
        return msgspec.convert(values, Config, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$.")
        # Without a place it is __post_init__ that objects.
        name = re.split(r"\W", place)[0] or "CORS_ORIGINS"
        value = ",".join(values[name]) if name == "CORS_ORIGINS" else values[name]
        raise ConfigError(f"{name}={value} cannot be used: {problem}{_choices(name)}.") from error


def _choices(name: str) -> str:
    kind = next(field.type for field in msgspec.structs.fields(Config) if field.encode_name == name)
    bare = get_args(kind)[0]
    if bare is bool:
        return "; choose from true, false"
    return f"; choose from {', '.join(get_args(bare))}" if get_origin(bare) is Literal else ""


def _path(kind: type[Any], value: Any) -> Any:
    if kind is Path:
        return Path(value).expanduser()
    raise NotImplementedError(kind)


def markdown_table() -> str:
    """Return the table of all variables: name, default, meaning."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for field in msgspec.structs.fields(Config):
        meta = next(item for item in reversed(field.type.__metadata__) if item.description)
        default = (meta.extra or {}).get("default") or (
            "none" if field.default is None else f"`{field.default}`"
        )
        rows.append(f"| `{field.encode_name}` | {default} | {meta.description} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    print(markdown_table(), end="")
