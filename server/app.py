"""The application factory."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from server import api, docs, explanations, health, history, page, predict
from server.client import install_clients
from server.config import Config, metrics_dir, read_config
from server.events import Streams
from server.explainer import Explainer
from server.exposition import Exposition
from server.gate import install_gate
from server.headers import install_cors, install_headers
from server.jobs import Jobs
from server.metrics import Metrics
from server.models import Models
from server.observe import install_observation, job_observer
from server.problems import install_problems
from server.reading import MemoryRequest
from server.record import open_record
from server.samples import Samples
from server.services import Services, install_services

__all__ = ["create_app"]


class Application(Flask):
    """Flask with requests that stay in memory."""

    request_class = MemoryRequest


def create_app(config: Config | None = None) -> Flask:
    """Build the application; its default model begins to load in the background at once.

    Args:
        config: what an operator decided; by default what the environment says.

    Raises:
        ConfigError: a variable cannot be used, or the default model is absent or not evaluated.
    """
    config = config or read_config()
    # The page's own blueprint serves static files, with the headers that they need.
    app = Application(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    app.config.update(MAX_CONTENT_LENGTH=config.max_json_bytes, MAX_FORM_PARTS=20)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        # Not the host: Heroku's router lets X-Forwarded-Host through as the client sent it.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]

    metrics = Metrics()
    models = Models(config, metrics)
    jobs = Jobs(config.jobs, config.explain_timeout, job_observer(metrics), metrics.tell_jobs)
    streams = Streams(config.explain_streams, metrics.tell_streams)
    parts = Services(
        config=config,
        models=models,
        samples=Samples(config),
        metrics=metrics,
        exposition=Exposition(metrics, models, metrics_dir()),
        jobs=jobs,
        explainer=Explainer(models, jobs, streams, config.explain_cache_mb * 10**6),
        streams=streams,
        record=open_record(config, metrics.registry),
    )
    install_services(app, parts)
    install_observation(app, metrics, config.log_addresses)
    install_problems(app)
    install_cors(app, config.cors_origins)
    install_headers(app)
    install_gate(app, config, metrics)
    install_clients(app, config.request_timeout)
    for module in (page, api, explanations, history, docs, predict, health):
        app.register_blueprint(module.blueprint)
    models.start()
    return app
