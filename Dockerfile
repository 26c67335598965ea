# The server and its page with the bundled models: no torch, no compiler, no shell script.
# The tag moves, on purpose: what Python and Debian mend comes with `docker build --pull`. Who needs the same bytes
# again names the digest that `docker buildx imagetools inspect python:3.11-slim` tells.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore

WORKDIR /app

COPY requirements-server.txt ./
# Each package is compared with its hash.
RUN pip install --require-hashes -r requirements-server.txt

COPY LICENSE ./
COPY lesion lesion
COPY server server
COPY frontend frontend
COPY models models
# Compiled here, because the user below may not write and the file system may be read-only.
RUN python -m compileall -q lesion server

# A volume mounted at /data is this user's, who may write nowhere else.
RUN useradd --system --uid 10001 --create-home --home-dir /data --shell /usr/sbin/nologin lesion
USER 10001

ENV HOST=0.0.0.0 PORT=5000
EXPOSE 5000

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=4)"]

CMD ["python", "-m", "lesion", "serve"]
