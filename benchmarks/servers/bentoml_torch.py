"""The network behind BentoML.

NETWORK=network.pt python -m bentoml serve benchmarks.servers.bentoml_torch:Classifier --port PORT
"""

import os

import bentoml
from PIL.Image import Image

from benchmarks.servers.network import Network


@bentoml.service(traffic={"timeout": 600})
class Classifier:
    """Judges images in the form's field `file`."""

    def __init__(self) -> None:
        self._network = Network(os.environ["NETWORK"])

    @bentoml.api  # type: ignore[untyped-decorator]
    def predict(self, file: Image) -> dict[str, float]:
        """Judge an image."""
        return self._network(file)
