"""How gunicorn runs the server: one process with threads, which loads the model after the fork.

Its worker, `server.worker`, keeps slow clients from holding threads.

ONNX Runtime's threads do not survive a fork, so nothing is loaded before it; a second process would hold a
second copy of the model and compete for the same processors.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import warnings
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from server.config import ConfigError, read_config
from server.descriptors import connections_allowed
from server.logs import log_config
from server.memory import return_freed_blocks

if TYPE_CHECKING:
    from server.services import Services

MOST_CONNECTIONS = 2_000

try:
    _config = read_config()
except ConfigError as error:
    sys.exit(str(error))

_shared_memory = Path("/dev/shm")

bind = f"[{_config.host}]:{_config.port}" if ":" in _config.host else f"{_config.host}:{_config.port}"
worker_class = "server.worker.Worker"
workers = 1
threads = _config.web_threads
worker_connections = connections_allowed(MOST_CONNECTIONS)
sendfile = False  # what a slow client does not take yet is kept in memory, which the system cannot do
preload_app = False
# Heartbeats are files; on a slow disk their writing would stall the worker.
worker_tmp_dir = str(_shared_memory) if _shared_memory.is_dir() else None

timeout = 60
graceful_timeout = _config.request_timeout + 3
keepalive = 15
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190

# Which proxies to believe is TRUSTED_PROXIES' business alone.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
control_socket_disable = True

accesslog = None
errorlog = "-"
loglevel = _config.log_level.lower()
logconfig_dict = log_config(_config.log_level)

# What libraries warn of becomes a line like any other; but not what Pillow says of a stranger's file: Python
# keeps each text so as to tell it once, and a stranger can send any number of them.
logging.captureWarnings(True)
warnings.filterwarnings("ignore", module=r"PIL\.")


def post_fork(server: object, worker: object) -> None:
    """Prepare the process that will decode pictures."""
    return_freed_blocks()


def post_worker_init(worker: Any) -> None:
    """Let a stop end the jobs: whoever follows one would hold the process for the whole grace period.

    A model that cannot be served ends the server.
    """
    _parts().models.when_it_fails(worker.give_up)
    finish = worker.handle_exit

    def stop(number: int, frame: FrameType | None) -> None:
        # Not here: a signal's handler must not wait for the locks of what it interrupts.
        threading.Thread(target=_close_jobs).start()
        finish(number, frame)

    signal.signal(signal.SIGTERM, stop)


def worker_int(worker: object) -> None:
    """End the jobs where the process is interrupted."""
    _close_jobs()


def worker_exit(server: object, worker: Any) -> None:
    """Write down what waits for the record: the requests in hand are answered by now."""
    from server.services import services_of

    # None where the application could not be made.
    if worker.wsgi and (record := services_of(worker.wsgi).record):
        record.close()


def _close_jobs() -> None:
    _parts().jobs.close()


def _parts() -> Services:
    from server.services import services_of
    from server.wsgi import app

    return services_of(app)
