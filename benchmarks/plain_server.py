"""The plain way to serve a fastai learner, as tutorials show it: what `benchmarks.serve` compares with.

python -m benchmarks.plain_server model.pkl PORT
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
        label, _, probabilities = learn.predict(image)
    shares = dict(zip(learn.dls.vocab, map(float, probabilities), strict=True))
    return jsonify(prediction=label, probabilities=shares)


if __name__ == "__main__":
    app.run(port=int(sys.argv[2]))
