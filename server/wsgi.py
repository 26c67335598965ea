"""The application as gunicorn loads it: ``gunicorn -c server/gunicorn_conf.py server.wsgi:app``."""

from __future__ import annotations

import logging
import sys

from server.app import create_app
from server.config import ConfigError

__all__ = ["app"]

_GUNICORN_APP_LOAD_ERROR = 4  # gunicorn gives up at this exit status instead of starting the worker again

try:
    app = create_app()
except ConfigError as error:
    logging.getLogger("server").critical("%s", error)
    sys.exit(_GUNICORN_APP_LOAD_ERROR)
