"""The network behind Gradio, for its API alone.

python -m benchmarks.servers.gradio_torch network.pt PORT
"""

from __future__ import annotations

import sys

import gradio
from PIL import Image

from benchmarks.servers.network import Network

if __name__ == "__main__":
    network = Network(sys.argv[1])

    def predict(image: Image.Image) -> dict[str, float]:
        """Judge an image."""
        return network(image)

    page = gradio.Interface(
        predict, gradio.Image(type="pil"), gradio.JSON(), api_name="predict", flagging_mode="never"
    )
    page.launch(server_name="127.0.0.1", server_port=int(sys.argv[2]), quiet=True)
