"""The Flask application: the page, the API and what operators need, around the classifiers of `lesion`."""

from __future__ import annotations

__all__: list[str] = []
