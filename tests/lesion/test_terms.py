from __future__ import annotations

import pytest

from lesion.labels import NAMES
from lesion.terms import dx_of, dx_of_clinical


@pytest.mark.parametrize(
    ("diagnosis", "dx"),
    [
        ("nevus", "nv"),
        ("melanoma", "mel"),
        ("pigmented benign keratosis", "bkl"),
        ("solar lentigo", "bkl"),
        ("lichenoid keratosis", "bkl"),
        ("basal cell carcinoma", "bcc"),
        ("actinic keratosis", "akiec"),
        ("vascular lesion", "vasc"),
        ("angiokeratoma", "vasc"),
        ("dermatofibroma", "df"),
        ("squamous cell carcinoma", "scc"),
        ("seborrheic keratosis", "seborrheic_keratosis"),
        ("AIMP", None),
        ("lentigo NOS", None),
        ("other", None),
    ],
)
def test_the_old_single_name_has_a_code(diagnosis: str, dx: str | None) -> None:
    assert dx_of_clinical({"diagnosis": diagnosis}) == dx


@pytest.mark.parametrize(
    ("path", "dx"),
    [
        (("Benign", "Benign melanocytic proliferations", "Nevus", "Nevus, Spitz"), "nv"),
        (("Benign", "Benign melanocytic proliferations", "Nevus", "Blue nevus", "Blue nevus, Common"), "nv"),
        (("Malignant", "Malignant melanocytic proliferations (Melanoma)"), "mel"),
        (
            ("Malignant", "Malignant melanocytic proliferations (Melanoma)", "Melanoma in situ", "Other"),
            "mel",
        ),
        (("Benign", "Benign epidermal proliferations", "Seborrheic keratosis"), "seborrheic_keratosis"),
        (("Benign", "Benign epidermal proliferations", "Lichen planus like keratosis"), "bkl"),
        (("Benign", "Benign soft tissue proliferations - Vascular"), "vasc"),
        (("Benign", "Benign soft tissue proliferations - Vascular", "Venous lake"), "vasc"),
        (("Benign", "Hemorrhagic lesions", "Hemorrhage"), "vasc"),
        (
            (
                "Benign",
                "Benign soft tissue proliferations - Fibro-histiocytic",
                "Dermatofibroma",
                "Dermatofibroma, Atypical",
            ),
            "df",
        ),
        (
            (
                "Indeterminate",
                "Indeterminate epidermal proliferations",
                "Solar or actinic keratosis",
            ),
            "akiec",
        ),
        (
            ("Malignant", "Malignant epidermal proliferations", "Squamous cell carcinoma in situ"),
            "akiec",
        ),
        (("Malignant", "Malignant epidermal proliferations", "Squamous cell carcinoma, NOS"), "scc"),
        (
            (
                "Malignant",
                "Malignant adnexal epithelial proliferations - Follicular",
                "Basal cell carcinoma",
                "Basal cell carcinoma, Nodular",
            ),
            "bcc",
        ),
        (("Benign", "Benign melanocytic proliferations", "Lentigo simplex"), None),
        (("Benign",), None),
        ((), None),
    ],
)
def test_the_path_of_names_has_the_code_of_its_finest_known_name(
    path: tuple[str, ...], dx: str | None
) -> None:
    assert dx_of_clinical({f"diagnosis_{n}": name for n, name in enumerate(path, 1)}) == dx


def test_a_value_that_is_no_text_is_passed_over() -> None:
    assert dx_of_clinical({"diagnosis_3": None, "diagnosis": 7}) is None


@pytest.mark.parametrize("code", NAMES)
def test_a_code_stands_for_itself(code: str) -> None:
    assert dx_of([None, "", code]) == code
