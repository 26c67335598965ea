"""The network behind LitServe.

python -m benchmarks.servers.litserve_torch network.pt PORT
"""

import sys

import litserve
from fastapi import Request
from PIL import Image

from benchmarks.servers.network import Network


class Classifier(litserve.LitAPI):  # type: ignore[misc]
    """Decodes, judges and answers in LitServe's named stages, in a process of its own."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def setup(self, device: str) -> None:
        """Load the network."""
        self._network = Network(self._path)

    def decode_request(self, request: Request) -> Image.Image:
        """Open the image in the form's field `file`: of a form, LitServe hands on the fields."""
        return Image.open(request["file"].file)

    def predict(self, image: Image.Image) -> dict[str, float]:
        """Judge an image."""
        return self._network(image)

    def encode_response(self, output: dict[str, float]) -> dict[str, float]:
        """Answer with the probabilities."""
        return output


if __name__ == "__main__":
    server = litserve.LitServer(Classifier(sys.argv[1]), accelerator="cpu", timeout=False)
    server.run(host="127.0.0.1", port=int(sys.argv[2]), generate_client_file=False, log_level="warning")
