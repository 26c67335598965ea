from __future__ import annotations

import re

import pytest

from lesion import errors
from lesion.errors import BundleError, InputError, LesionError

CLASSES = [getattr(errors, name) for name in errors.__all__]


def test_every_error_belongs_to_the_tree() -> None:
    assert all(issubclass(error, LesionError) for error in CLASSES)


def test_all_names_every_class_of_the_module() -> None:
    defined = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert defined == set(errors.__all__)


@pytest.mark.parametrize("error", CLASSES, ids=errors.__all__)
def test_slug_status_and_title_are_fit_for_a_problem_document(error: type[LesionError]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", error.slug)
    assert 400 <= error.status <= 599
    assert 3 < len(error.title) < 60


def test_input_errors_blame_the_caller_and_bundle_errors_do_not() -> None:
    for error in CLASSES:
        assert (error.status < 500) == issubclass(error, InputError)


def test_slugs_are_unique_but_for_the_bundle_family() -> None:
    slugs = [error.slug for error in CLASSES if not issubclass(error, BundleError)]
    assert len(slugs) == len(set(slugs))
    assert {error.slug for error in CLASSES if issubclass(error, BundleError)} == {"bundle-unusable"}


@pytest.mark.parametrize("error", CLASSES, ids=errors.__all__)
def test_docstring_draws_the_class_with_its_status_and_slug(error: type[LesionError]) -> None:
    lines = [
        line for line in (errors.__doc__ or "").splitlines() if re.search(rf"\b{error.__name__}\b", line)
    ]
    assert len(lines) == 1
    if not issubclass(error, BundleError) or error is BundleError:
        assert f"{error.status} {error.slug}" in lines[0]
