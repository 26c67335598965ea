"""The models on offer: the default one loads in the background, the others when they are first asked for."""

from __future__ import annotations

import hashlib
import io
import logging
import threading
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from PIL import Image

from lesion.bundle import Bundle
from lesion.classifier import Classifier, Result, open_classifier
from lesion.clinical import Clinical
from lesion.decode import Limits, decode
from lesion.drawings import KINDS, drawing
from lesion.errors import BundleError, BundleNotReady, LesionError, UnknownModel
from lesion.preprocess import square
from lesion.registry import model_names, model_path
from server.cache import Recent
from server.client import Client
from server.config import Config, ConfigError
from server.errors import NotReady
from server.memory import Upkeep, return_free_pages
from server.metrics import Metrics
from server.places import Places

__all__ = ["Models"]

logger = logging.getLogger(__name__)

LOADING_S = 10
"""Seconds after which to ask again for a model that many wait for already: chosen, not measured."""
COUNTED = 1000
"""Pictures that are remembered, by hashes, so that each counts once however often it is asked about."""


class Models:
    """Every bundle that can be served, and the classifiers of those in use.

    Raises ConfigError when the default bundle is absent or cannot be served; another bundle that cannot be
    served is left out with a line in the log.
    """

    def __init__(self, config: Config, metrics: Metrics) -> None:
        self._config, self._metrics = config, metrics
        _check_engine(config)
        self.default, bundle = _default_bundle(config)
        self.bundles = {**_servable(config.lesion_models_dir), self.default: bundle}
        self._classifiers: dict[str, Classifier] = {}
        self._failure: LesionError | None = None
        self._failed: Callable[[], None] | None = None
        self._loader: threading.Thread | None = None
        self._telling = threading.Lock()
        self._loading = Places(1, config.lesion_queue, metrics.waiting)
        self.places = Places(config.parallel, config.lesion_queue, metrics.waiting)
        self.upkeep = Upkeep()
        self._counted: Recent[tuple[str, bytes]] = Recent(COUNTED)

    def start(self) -> None:
        """Begin to load the default model without waiting for it. Call it after the fork."""
        self._loader = threading.Thread(target=self._start_default, name="load-model", daemon=True)
        self._loader.start()

    def settle(self, timeout: float) -> None:
        """Wait, for at most ``timeout`` seconds, until the default model answers or is known not to."""
        if self._loader is not None:
            self._loader.join(timeout)

    def when_it_fails(self, act: Callable[[], None]) -> None:
        """Call ``act`` once it is known that the default model cannot be served: at once, or later."""
        with self._telling:
            self._failed = act
            if self._failure:
                act()

    def check_ready(self) -> Bundle:
        """Return the default bundle once it answers. Raises NotReady before that, or why it never will."""
        if self._failure:
            raise self._failure
        if self.default not in self._classifiers:
            raise NotReady("The model is still loading; please try again in a moment.")
        return self.bundles[self.default]

    @property
    def provider(self) -> str:
        """What the default model runs on, as its engine says; empty before it answers."""
        classifier = self._classifiers.get(self.default)
        return classifier.engine.provider if classifier else ""

    def bundle(self, name: str) -> Bundle:
        """Return the bundle of that name. Raises UnknownModel."""
        try:
            return self.bundles[name]
        except KeyError:
            raise UnknownModel(f"There is no such model; choose from {', '.join(self.bundles)}.") from None

    def classify(
        self,
        data: bytes,
        client: Client,
        *,
        model: str | None = None,
        clinical: Clinical | None = None,
        operating_point: str | None = None,
        threshold: float | None = None,
        prevalence: float | None = None,
        explain: bool = True,
        own: bool = True,
    ) -> Result:
        """Classify an image file by the named model, or the default one. Raises a LesionError.

        ``own`` says that it is a user's picture and not a sample, so that its first answer counts for drift.
        """
        name = model or self.default
        classifier = self._classifier(name, client)
        with self.places.hold(client):
            result = classifier.classify(
                data,
                clinical=clinical,
                operating_point=operating_point,
                threshold=threshold,
                prevalence=prevalence,
                explain=explain,
            )
            self.upkeep.after_work()
        is_new = own and not self._counted.meet((name, hashlib.blake2b(data, digest_size=16).digest()))
        self._metrics.observe_answer(name, classifier.bundle.manifest, result, is_new=is_new)
        return result

    def picture(
        self, data: bytes, client: Client, model: str | None = None, size: int | None = None
    ) -> tuple[Classifier, Image.Image]:
        """Return the named model, or the default one, and the RGB square that it sees of an image file.

        The square is as large as the model's input, or of another ``size``. Raises a LesionError.
        """
        classifier = self._classifier(model or self.default, client)
        side = size or classifier.bundle.manifest.input.size
        with self.places.hold(client):
            picture = square(decode(data, classifier.limits), side)
            self.upkeep.after_work()
        return classifier, picture

    def _classifier(self, name: str, client: Client) -> Classifier:
        """Return the classifier of a model, which loads where it is the first to be asked for it.

        Whoever comes meanwhile waits as for a place at work. Raises UnknownModel, NotReady (also where too
        many wait already), Busy, Deadline, ClientGone, BundleError.
        """
        bundle = self.bundle(name)
        if name == self.default:
            self.check_ready()
        elif name not in self._classifiers:
            if self._loading.no_room():
                raise NotReady("That model is still loading; please try again in a few seconds.", LOADING_S)
            with self._loading.hold(client):
                if name not in self._classifiers:
                    self._classifiers[name] = self._open(name, bundle)
            client.check()  # loading took its time
        return self._classifiers[name]

    def _open(self, name: str, bundle: Bundle) -> Classifier:
        """Load a bundle and judge a drawing: the first pass is slower, and leaves memory behind."""
        limits = Limits(max_bytes=self._config.lesion_max_bytes, max_pixels=self._config.lesion_max_pixels)
        classifier = open_classifier(
            bundle.path, engine=self._config.lesion_engine, threads=self._config.threads, limits=limits
        )
        classifier.classify(_warm_up_image())
        return_free_pages()
        self._metrics.expect_answers(name, bundle.manifest)
        return classifier

    def _start_default(self) -> None:
        started = time.perf_counter()
        try:
            classifier = self._open(self.default, self.bundles[self.default])
        except LesionError as error:
            logger.critical("the model cannot be served: %s", error)
            self._fail(error)
        except Exception:
            logger.critical("the model cannot be served", exc_info=True)
            self._fail(BundleError("The model cannot be loaded; the server's log says why."))
        else:
            self._classifiers[self.default] = classifier
            seconds = round(time.perf_counter() - started, 3)
            logger.info("ready", extra={"model": self.default, "seconds": seconds, "provider": self.provider})

    def _fail(self, error: LesionError) -> None:
        with self._telling:
            self._failure = error
            if self._failed:
                self._failed()


def _check_engine(config: Config) -> None:
    if config.lesion_engine == "fastai" and not all(map(find_spec, ("torch", "fastai", "training"))):
        raise ConfigError(
            "LESION_ENGINE=fastai cannot be used: torch or fastai is missing. Install requirements.txt, "
            "or use the engine onnx."
        )


def _default_bundle(config: Config) -> tuple[str, Bundle]:
    try:
        path = model_path(config.lesion_model, config.lesion_models_dir)
        bundle = _checked(path)
    except (UnknownModel, BundleError) as error:
        raise ConfigError(f"LESION_MODEL={config.lesion_model} cannot be used: {error}") from error
    return path.resolve().name, bundle


def _servable(folder: Path) -> dict[str, Bundle]:
    bundles = {}
    for name in model_names(folder):
        try:
            bundles[name] = _checked(folder / name)
        except BundleError as error:
            logger.warning("a model is left out: %s", error)
    return bundles


def _checked(path: Path) -> Bundle:
    bundle = Bundle.load(path)
    if not bundle.manifest.evaluated:
        raise BundleNotReady(f"The bundle {path.name} is not calibrated and evaluated yet.")
    return bundle


def _warm_up_image() -> bytes:
    buffer = io.BytesIO()
    drawing(KINDS[0], seed=0, size=(320, 240)).save(buffer, "JPEG")
    return buffer.getvalue()
