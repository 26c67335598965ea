"""How gunicorn runs the server: processes with threads, each of which loads the model after the fork.

Its worker, `server.worker`, keeps slow clients from holding threads.

ONNX Runtime's threads do not survive a fork, so nothing is loaded before it. There is one process by default:
a second holds a second copy of the model, and the engine's threads use all processors without it.
"""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Any

from server.config import ConfigError, read_config
from server.descriptors import connections_allowed
from server.logs import log_config
from server.memory import return_freed_blocks
from server.sharing import MEMORY, begin_sharing, end_sharing, forget_worker

MOST_CONNECTIONS = 2_000

try:
    _config = read_config()
except ConfigError as error:
    sys.exit(str(error))

bind = f"[{_config.host}]:{_config.port}" if ":" in _config.host else f"{_config.host}:{_config.port}"
worker_class = "server.worker.Worker"
workers = _config.web_workers
threads = _config.web_threads
worker_connections = connections_allowed(MOST_CONNECTIONS)
sendfile = False  # what a slow client does not take yet is kept in memory, which the system cannot do
preload_app = False
# Heartbeats are files; on a slow disk their writing would stall the worker.
worker_tmp_dir = str(MEMORY) if MEMORY.is_dir() else None

timeout = 60
graceful_timeout = _config.request_timeout + 5  # the worker's own is shorter, so that it can write the record
# Longer than routers in front keep a connection (Heroku's 90 s): one that the server closes first may get a
# request in that moment, which is lost. Who is idle has to go first where there are too many.
keepalive = 100
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


def on_starting(server: object) -> None:
    """Let the workers count together before there are any."""
    if workers > 1:
        begin_sharing()


def child_exit(server: object, worker: Any) -> None:
    """Let go of what a worker that is gone had in hand."""
    forget_worker(worker.pid)


def on_exit(server: object) -> None:
    """Leave nothing behind."""
    if workers > 1:
        end_sharing()


def post_fork(server: object, worker: object) -> None:
    """Prepare the process that will decode pictures."""
    return_freed_blocks()


def post_worker_init(worker: Any) -> None:
    """Have a model that cannot be served end the server.

    A worker that takes the place of another first loads its model, while the others answer.
    """
    from server.services import services_of  # the process that only minds the workers needs none of it

    models = services_of(worker.wsgi).models
    models.when_it_fails(worker.give_up)
    if worker.age > workers > 1:
        models.settle(timeout / 2)


def worker_exit(server: object, worker: Any) -> None:
    """End the jobs, and write down what waits for the record: the requests in hand are answered by now."""
    from server.services import services_of

    app = getattr(worker, "wsgi", None)  # it has none where the application could not be made
    if app:
        parts = services_of(app)
        parts.jobs.close()
        if parts.record:
            parts.record.close()
