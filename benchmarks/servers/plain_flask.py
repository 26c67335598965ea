"""The plain way to serve a fastai learner, as tutorials show it: Flask, `load_learner`, `learn.predict`.

python -m benchmarks.servers.plain_flask model.pkl PORT
"""

from __future__ import annotations

import sys
from threading import Lock

from fastai.learner import load_learner
from fastai.vision.core import PILImage
from flask import Flask, Response, jsonify, request

app = Flask(__name__)
learn = load_learner(sys.argv[1])
# A learner keeps the batch in hand in its own fields: without this, requests at the same time end as errors.
one_at_a_time = Lock()


@app.post("/predict")
def predict() -> Response:
    """Classify the image in the form's field `file`."""
    image = PILImage.create(request.files["file"])
    with one_at_a_time, learn.no_bar():
        _, _, probabilities = learn.predict(image)
    return jsonify(dict(zip(learn.dls.vocab, map(float, probabilities), strict=True)))


if __name__ == "__main__":
    app.run(port=int(sys.argv[2]))
