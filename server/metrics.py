"""What is counted and timed while the server works.

Each family is named once here. Whatever counts is handed a method of `Metrics`, so that nothing else knows
the library. Over several workers every count is kept in files that they share: see `server.sharing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from lesion.classifier import Result
from lesion.drift import bin_names, bin_of
from lesion.manifest import Manifest
from server.errors import KINDS

__all__ = ["BINS", "STAGES", "Metrics", "method_of"]

BINS = "lesion_probability_bin"
"""Name of the family from which drift is computed."""

STAGES = ("read", "wait", "decode", "model", "other")
"""Stages of a request: its body is read, it waits for a place, and three that the classifier times."""

_METHODS = frozenset({"DELETE", "GET", "HEAD", "PATCH", "POST", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_STAGE_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_JOB_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500)
_PROBABILITIES = tuple(step / 20 for step in range(1, 21))


class Metrics:
    """The counts of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        request = ("method", "route", "status")
        self._requests = self._counter("lesion_http_requests", "Requests answered.", request)
        self._seconds = self._histogram(
            "lesion_http_request_duration_seconds",
            "Seconds from the request's arrival in the application to its answer.",
            request,
            _SECONDS,
        )
        self._at_work = self._gauge("lesion_http_requests_in_progress", "Requests in hand.")
        self._refusals = self._counter(
            "lesion_refusals", "Answers that were problems, by the last part of their type.", ("reason",)
        )
        self._keys = self._counter(
            "lesion_api_key_requests", "Requests with an API key, by its name.", ("key",)
        )
        self._stages = self._histogram(
            "lesion_stage_duration_seconds",
            "Seconds of each stage of a request with a picture.",
            ("stage",),
            _STAGE_SECONDS,
        )
        self._connections = self._gauge(
            "lesion_connections", "Clients that are connected, idle ones included."
        )
        self._streams = self._gauge("lesion_streams", "Explanations that somebody follows.")
        self._queues = self._gauge(
            "lesion_queue_depth",
            "Pictures that wait for a place, and explanations for their turn.",
            ("queue",),
        )
        model = ("model", "version")
        self._answers = self._counter(
            "lesion_classifications", "Pictures classified, each once.", (*model, "prediction", "triage")
        )
        self._probability = self._histogram(
            "lesion_probability", "Probabilities of malignancy.", model, _PROBABILITIES
        )
        self._bins = self._counter(
            BINS,
            "Probabilities of malignancy in the reference's bins, by their upper ends.",
            (*model, "below"),
        )
        job = ("method", "outcome")
        self._jobs = self._counter(
            "lesion_explanations",
            "Explanations that are over; the outcome is done, cached, cancelled, or the problem.",
            job,
        )
        self._job_seconds = self._histogram(
            "lesion_explanation_duration_seconds",
            "Seconds that an explanation was worked on.",
            job,
            _JOB_SECONDS,
        )
        # A rate of what was never there cannot be told, so what should stay at nothing begins there.
        for reason in KINDS:
            self._refusals.labels(reason)
        for stage in STAGES:
            self._stages.labels(stage)
        for queue in ("pictures", "explanations"):
            self._queues.labels(queue)

    def _counter(self, name: str, meaning: str, labels: tuple[str, ...] = ()) -> Counter:
        return Counter(name, meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str, labels: tuple[str, ...] = ()) -> Gauge:
        """Return what may fall again; over several workers it is the sum of those alive."""
        return Gauge(name, meaning, labels, registry=self.registry, multiprocess_mode="livesum")

    def _histogram(
        self, name: str, meaning: str, labels: tuple[str, ...], buckets: tuple[float, ...]
    ) -> Histogram:
        return Histogram(name, meaning, labels, buckets=buckets, registry=self.registry)

    def begin_request(self) -> None:
        """Note a request that is in hand now."""
        self._at_work.inc()

    def end_request(self) -> None:
        """Note that it no longer is."""
        self._at_work.dec()

    def observe_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        labels = (method, route, str(status))
        self._requests.labels(*labels).inc()
        self._seconds.labels(*labels).observe(seconds)

    def observe_refusal(self, reason: str) -> None:
        """Count an answer that was a problem."""
        self._refusals.labels(reason).inc()

    def observe_stage(self, stage: str, seconds: float) -> None:
        """Note what one of `STAGES` took."""
        self._stages.labels(stage).observe(seconds)

    @contextmanager
    def stage(self, stage: str) -> Iterator[None]:
        """Time one of `STAGES`; one that fails is not counted."""
        started = perf_counter()
        yield
        self.observe_stage(stage, perf_counter() - started)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Count a picture that waits for a place, and time its waiting."""
        with self._queues.labels("pictures").track_inprogress(), self.stage("wait"):
            yield

    def tell_jobs(self, waiting: int) -> None:
        """Note how many explanations wait for their turn."""
        self._queues.labels("explanations").set(waiting)

    def tell_connections(self, count: int) -> None:
        """Note how many clients are connected."""
        self._connections.set(count)

    def tell_streams(self, open_streams: int) -> None:
        """Note how many explanations are being followed."""
        self._streams.set(open_streams)

    def observe_key(self, name: str) -> None:
        """Count one request with an API key."""
        self._keys.labels(name).inc()

    def expect_answers(self, model: str, manifest: Manifest) -> None:
        """Begin the reference's bins of a model at nothing: drift needs the empty ones too."""
        for below in bin_names(manifest.reference) if manifest.reference else ():
            self._bins.labels(model, manifest.fitted_version, below)

    def observe_answer(self, model: str, manifest: Manifest, result: Result, *, is_new: bool) -> None:
        """Time a classification by the model of that name; of a picture that ``is_new`` count what it says.

        Samples, and pictures that are asked about again at another setting, would look like drift.
        """
        spans = result.timing_ms
        self.observe_stage("decode", spans.decode / 1000)
        self.observe_stage("model", spans.model / 1000)
        self.observe_stage("other", max(0.0, spans.total - spans.decode - spans.model) / 1000)
        if not is_new:
            return
        labels = (model, manifest.fitted_version)
        self._answers.labels(*labels, result.prediction, result.triage.level).inc()
        self._probability.labels(*labels).observe(result.probability)
        if manifest.reference is not None:
            below = bin_names(manifest.reference)[bin_of(manifest.reference, result.probability)]
            self._bins.labels(*labels, below).inc()

    def observe_job(self, method: str, outcome: str, seconds: float) -> None:
        """Count an explanation that is over."""
        self._jobs.labels(method, outcome).inc()
        self._job_seconds.labels(method, outcome).observe(seconds)


def method_of(given: str) -> str:
    """Return an HTTP method as it is counted and logged: anybody may send any word."""
    return given if given in _METHODS else "other"
