"""Explanations as jobs: what is asked is checked at once, what takes long is done in the queue."""

from __future__ import annotations

import contextlib
import hashlib
from functools import partial

import msgspec
from PIL import Image

from lesion.classifier import Classifier
from lesion.clinical import Clinical, encode_for
from lesion.evidence import data_url
from lesion.explain import Explained, Precision, explain, overlay_png, plan, prepare
from lesion.explain.words import sentence
from lesion.manifest import Manifest
from server.cache import Cache
from server.client import Client
from server.errors import Busy, Deadline, JobTimeout
from server.events import Streams
from server.job import Job
from server.job_answers import ExplanationAnswer
from server.jobs import Jobs
from server.models import Models
from server.problems import FailedElsewhere
from server.reading import ExplanationBody

__all__ = ["Explainer", "Ticket"]

TOO_LONG = (
    "The explanation took longer than a request may take here and was stopped; please choose a lower "
    "precision, or ask for it by POST /api/explanations, whose jobs may take longer."
)


class _Wish(msgspec.Struct, frozen=True, kw_only=True):
    """All that an explanation depends on.

    ``picture`` is the SHA-256 of what the network sees, ``model`` the manifest, which names the hash of every
    file and the temperature.
    """

    picture: str
    model: Manifest
    method: str
    target: str
    precision: Precision | None
    clinical: Clinical

    def digest(self) -> bytes:
        """Return what it is remembered by: nobody can read age or site from it."""
        return hashlib.sha256(msgspec.json.encode(self)).digest()


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A job, and what it was found to be about: ``precision`` is ``None`` where there is none to choose."""

    job: Job
    precision: Precision | None
    samples: int


class Explainer:
    """Makes explanations in the jobs of one server, and remembers some of them."""

    def __init__(self, models: Models, jobs: Jobs, streams: Streams, cache_bytes: int) -> None:
        self._models, self._jobs, self._streams = models, jobs, streams
        self._cache: Cache[bytes, ExplanationAnswer] = Cache(cache_bytes)

    def begin(self, data: bytes, asked: ExplanationBody, instance: str, client: Client) -> Ticket:
        """Begin a job that explains what is said of an image file.

        Args:
            data: the bytes of the file.
            asked: the model, the method and the rest.
            instance: the request's id, which the job's problems will name.
            client: who asks.

        Raises a LesionError: whatever can be known before the work begins.
        """
        bundle = self._models.bundle(asked.model or self._models.default)
        planned = plan(bundle, asked.method, asked.target, asked.precision)
        encode_for(asked.clinical, bundle.manifest.clinical, bundle.manifest.name)
        classifier, picture = self._models.picture(data, client, asked.model)
        wish = _Wish(
            picture=hashlib.sha256(picture.tobytes()).hexdigest(),
            model=bundle.manifest,
            method=asked.method,
            target=asked.target,
            precision=planned.precision,
            clinical=asked.clinical,
        )
        known = self._cache.get(wish.digest())
        if known is None:
            job = self._jobs.submit(asked.method, instance, partial(self._explain, classifier, picture, wish))
        else:
            job = self._jobs.answered(asked.method, instance, known)
        return Ticket(job=job, precision=wish.precision, samples=planned.samples)

    def explain(
        self, data: bytes, asked: ExplanationBody, instance: str, client: Client
    ) -> ExplanationAnswer:
        """Explain what is said of an image file, and wait for it, as one of those that follow a job.

        The job ends when the client leaves or its time is over: that of jobs, or, since the client waits for
        the answer to one request, that of a request. Raises a LesionError, or FailedElsewhere.
        """
        job = self.begin(data, asked, instance, client).job
        try:
            with contextlib.closing(self._streams.follow(job)) as told:
                for _ in told:
                    if not job.status.over:
                        self._check(client, job)
        finally:
            self._jobs.cancel(job)
        status = job.status
        if status.explanation is not None:
            return status.explanation
        if status.problem is not None and status.state == "failed":
            raise FailedElsewhere(status.problem)
        raise Busy("The server ended the explanation; please send the image again in a few seconds.")

    def _check(self, client: Client, job: Job) -> None:
        """Raise ClientGone, or Deadline where the work has yet to begin; end a job that took too long.

        Whoever asked again for what takes longer than a request may would have it begun in vain once more.
        """
        try:
            client.check()
        except Deadline:
            if not job.status.done:
                raise
            self._jobs.fail(job, JobTimeout(TOO_LONG))

    def _explain(
        self, classifier: Classifier, picture: Image.Image, wish: _Wish, job: Job
    ) -> ExplanationAnswer:
        """Make an explanation, and let requests go first after each batch. Raises Stopped."""
        prepare(wish.method)
        with self._models.places.turns(job.check) as turn:

            def progress(done: int, total: int) -> None:
                job.advance(done, total)
                turn.give_way()

            explained = explain(
                classifier,
                picture,
                method=wish.method,
                target=wish.target,
                precision=wish.precision or "low",
                clinical=wish.clinical,
                progress=progress,
            )
            answer = _answer(explained, sentence(wish.method, classifier.bundle.measured()))
            self._models.upkeep.after_work()
        self._cache.put(wish.digest(), answer)
        return answer


def _answer(explained: Explained, told: str) -> ExplanationAnswer:
    return ExplanationAnswer(
        method=explained.method,
        target=explained.target,
        precision=explained.precision,
        heatmap=data_url(overlay_png(explained, explained.map.shape[-1])),
        seconds=round(explained.seconds, 3),
        diagnostics=explained.diagnostics,
        sentence=told,
    )
