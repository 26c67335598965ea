from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import Result

from lesion.bundle import Bundle, find_bundles, save
from lesion.errors import BundleNotReady
from lesion.labels import BINARY
from tests.training.colours import colour_bundle
from tests.training.conftest import Measured
from training.evidence.calibrate import calibrate
from training.evidence.evaluate import evaluate
from training.evidence.reading import gap_sentence, groups, kinship_sentence
from training.report.card import anchor, card, render, stale
from training.report.readme import readme_numbers, with_numbers

Run = Callable[..., Result]
LISTS = ("CLAIM", "TRIPOD+AI")
PAGE = "# Title\n\n<!-- numbers:begin -->\nold\n<!-- numbers:end -->\n\nText\n"


def test_card_is_fresh_and_every_file_is_hashed(measured: Measured) -> None:
    bundle = Bundle.load(measured.bundle)
    assert stale(bundle, render(bundle)) == []
    assert bundle.verify() == []
    assert {"MODEL_CARD.md", "report/roc.svg", "report/external.svg"} <= set(bundle.manifest.files)


def test_card_states_the_numbers_of_the_metrics(measured: Measured) -> None:
    text, metrics = (measured.bundle / "MODEL_CARD.md").read_text(), Bundle.load(measured.bundle).metrics()
    for key in ("auroc", "auprc", "image.auroc", "dx.auroc.mel", "external.other_clinic.auroc"):
        assert f"{metrics[key]:.3f} ({metrics[f'{key}_low']:.3f} to {metrics[f'{key}_high']:.3f})" in text
    for name in ("sensitive", "balanced", "specific"):
        key = f"operating_point.{name}.sensitivity"
        assert f"{metrics[key]:.1%}" in text
        assert f"{metrics[f'{key}_k']} of {metrics[f'{key}_n']}" in text
    for words in ("no medical advice", "counted as malignant", "CC BY-NC 4.0", "Fitzpatrick", "n/a", "†"):
        assert words in text


def test_card_states_what_is_left_of_the_numbers_where_lesions_are_declined(measured: Measured) -> None:
    text, metrics = (measured.bundle / "MODEL_CARD.md").read_text(), Bundle.load(measured.bundle).metrics()
    for key in ("judged.refused.malignant", "distribution.refused_benign", "judged.poor.benign"):
        assert f"{metrics[f'{key}_k']} of {metrics[f'{key}_n']})" in text
    assert "| measure | all lesions | those that it judges |" in text
    assert "| other_clinic: specificity at balanced | " in text


def test_card_says_what_was_chosen_reused_and_left_out(measured: Measured) -> None:
    text, bundle = (measured.bundle / "MODEL_CARD.md").read_text(), Bundle.load(measured.bundle)
    metrics = bundle.metrics()
    assert "The validation part chose the epoch, the temperature" in text
    lesions = f"{metrics['n_lesions']} of the {metrics['n_lesions_in_part']} lesions that the split gives"
    assert f"{lesions} to this part were there.\n" in text
    # Its split is not the one of this repository, whose test part was measured before.
    assert "no longer fresh" not in text
    committed = render(Bundle.load(Path(__file__).parents[3] / "models" / "densenet161"))["MODEL_CARD.md"]
    assert "no longer fresh" in committed
    assert "| teachers | mobilenet_v2 at 224 pixels; " in committed


def test_tables_of_the_card_are_whole(measured: Measured) -> None:
    lines = (measured.bundle / "MODEL_CARD.md").read_text().splitlines()
    for above, line in itertools.pairwise(lines):
        if above.startswith("|") and line.startswith("|"):
            assert above.count("|") == line.count("|")
        if line.startswith("|") != above.startswith("|"):
            assert "" in (above, line), f"no blank line around a table: {above!r} {line!r}"


def test_pictures_of_the_card_are_there_and_are_svg_with_a_title(measured: Measured) -> None:
    text = (measured.bundle / "MODEL_CARD.md").read_text()
    pictures = re.findall(r"!\[(.+?)\]\((.+?)\)", text)
    assert len(pictures) == 6
    for title, name in pictures:
        root = ElementTree.fromstring((measured.bundle / name).read_text())
        assert root.find("{http://www.w3.org/2000/svg}title").text == title  # type: ignore[union-attr]
        assert (measured.bundle / name).stat().st_size < 150_000


def test_check_passes_when_fresh_and_fails_when_a_number_was_touched(measured: Measured, run: Run) -> None:
    none = measured.bundle / "none.md"
    assert run(card, measured.bundle, "--check", "--readme", none).exit_code == 0
    path = measured.bundle / "MODEL_CARD.md"
    path.write_text(path.read_text().replace("AUROC", "accuracy", 1))
    result = run(card, measured.bundle, "--check", "--readme", none)
    assert result.exit_code == 1
    assert "MODEL_CARD.md" in result.output


def test_check_finds_a_picture_that_nothing_draws(measured: Measured, run: Run) -> None:
    (measured.bundle / "report" / "old.svg").write_text("<svg/>")
    none = measured.bundle / "none.md"
    assert run(card, measured.bundle, "--check", "--readme", none).exit_code == 1
    assert run(card, measured.bundle, "--readme", none).exit_code == 0
    assert not (measured.bundle / "report" / "old.svg").exists()
    assert Bundle.load(measured.bundle).verify() == []


def test_metrics_of_another_calibration_are_refused(measured: Measured) -> None:
    path = measured.bundle / "metrics.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"temperature": 9.0}))
    with pytest.raises(BundleNotReady, match="evaluate it again"):
        render(save(Bundle.load(measured.bundle)))


def test_readme_numbers_show_every_evaluated_bundle(measured: Measured) -> None:
    bundles = find_bundles(measured.bundle.parent)
    table, metrics = readme_numbers(bundles), bundles["colours"].metrics()
    assert "`colours`" in table
    assert f"{metrics['auroc']:.3f}" in table
    assert readme_numbers({}) == "No bundle has been evaluated yet.\n"


def test_card_writes_the_numbers_between_the_markers_of_the_readme(
    measured: Measured, run: Run, tmp_path: Path
) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(PAGE)
    assert run(card, measured.bundle, "--readme", readme, "--check").exit_code == 1
    assert run(card, measured.bundle, "--readme", readme).exit_code == 0
    assert run(card, measured.bundle, "--readme", readme, "--check").exit_code == 0
    text = readme.read_text()
    assert text == with_numbers(PAGE, readme_numbers(find_bundles(measured.bundle.parent)))
    assert text.startswith("# Title\n\n<!-- numbers:begin -->\n|")
    assert text.endswith("<!-- numbers:end -->\n\nText\n")
    assert "old" not in text


def test_a_page_without_markers_is_left_alone() -> None:
    assert with_numbers("# Title\n", "| 1 |\n") == "# Title\n"


@pytest.mark.parametrize(
    ("there", "words"),
    [
        ((0.6, 0.5, 0.7), "clearly worse"),
        ((0.85, 0.7, 0.95), "cannot prove"),
        ((0.95, 0.9, 0.99), "not lower"),
    ],
)
def test_the_sentence_on_the_gap_follows_the_intervals(there: tuple[float, ...], words: str) -> None:
    key = "external.clinic."
    metrics = dict(zip(("auroc", "auroc_low", "auroc_high"), (0.9, 0.88, 0.92), strict=True))
    metrics |= dict(zip((f"{key}auroc", f"{key}auroc_low", f"{key}auroc_high"), there, strict=True))
    share = f"{key}operating_point.balanced.sensitivity"
    metrics |= {share: 0.75, f"{share}_low": 0.6, f"{share}_high": 0.9, f"{share}_k": 30, f"{share}_n": 40}
    metrics |= {f"{key}trained_on": "yes", f"{key}n_left_out": 3}
    sentence = gap_sentence(metrics, "clinic", "balanced")
    assert words in sentence
    assert "miss about 25 of 100" in sentence
    assert "Other images of clinic were: expect worse from a source never seen" in sentence


def test_a_source_that_shares_images_with_one_learned_from_is_not_called_new() -> None:
    metrics = {
        "external.clinic.trained_on": "yes",
        "external.clinic.n_left_out": 20,
        "external.atlas.trained_on": "yes",
        "external.atlas.n_left_out": 0,
        "external.atlas.also_in.clinic": 7,
        "external.far.trained_on": "no",
        "external.far.n_left_out": 0,
    }
    assert kinship_sentence(metrics, "atlas") == (
        "None of these images was learned from. 7 of them are also in clinic, in a part of it that is not "
        "measured here. Other images of clinic were: expect worse from a source never seen."
    )
    assert kinship_sentence(metrics, "far") == "None of these images was learned from."


def test_a_bundle_of_two_classes_has_a_card_without_diagnoses(measured: Measured, run: Run) -> None:
    bundle = colour_bundle(measured.bundle.parent / "two", measured.split, BINARY)
    data = ("--data", measured.data, "--split", measured.split)
    for command, args in ((calibrate, data), (evaluate, data), (card, ("--readme", bundle.path / "none"))):
        assert run(command, bundle.path, *args).exit_code == 0
    text = (bundle.path / "MODEL_CARD.md").read_text()
    assert "## By diagnosis" not in text
    assert "Not measured. Expect worse" in text
    assert not (bundle.path / "report" / "confusion.svg").exists()


def test_groups_come_in_a_readable_order() -> None:
    ages = {f"subgroup.age.{band}.n": 1 for band in ("unknown", "80+", "0-19", "20-39")}
    assert list(groups(ages, "age")) == ["0-19", "20-39", "80+", "unknown"]
    sites = {
        "subgroup.localization.ear.n": 2,
        "subgroup.localization.back.n": 9,
        "subgroup.localization.unknown.n": 99,
    }
    assert list(groups(sites, "localization")) == ["back", "ear", "unknown"]


def test_committed_bundles_are_fresh() -> None:
    root = Path(__file__).parents[3]
    bundles = {
        name: bundle for name, bundle in find_bundles(root / "models").items() if bundle.manifest.evaluated
    }
    assert bundles
    for name, bundle in bundles.items():
        assert stale(bundle, render(bundle)) == [], f"run `python -m training card models/{name}`"
        assert not re.search(r"\de\+\d", (bundle.path / "report/REPORT.md").read_text()), "counts are whole"
    page = (root / "README.md").read_text()
    assert page == with_numbers(page, readme_numbers(bundles))


def test_checklists_are_whole_and_lead_somewhere(measured: Measured) -> None:
    text = (measured.bundle / "MODEL_CARD.md").read_text()
    claim, tripod = (text.partition(f"\n## {name}\n")[2].partition("\n## ")[0] for name in LISTS)
    assert re.findall(r"^\| (\d+) \|", claim, re.MULTILINE) == [str(number) for number in range(1, 45)]
    items = re.findall(r"^\| (\d+)([a-g]?) \|", tripod, re.MULTILINE)
    assert list(dict.fromkeys(number for number, _ in items)) == [str(number) for number in range(1, 28)]
    assert len(items) == len(set(items)) == 52
    for row in re.findall(r"^\| \d+[a-g]? \|.*", claim + tripod, re.MULTILINE):
        where = row.split("|")[3].strip()
        assert "](" in where or where[0].islower()
    headings = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings
    report = (measured.bundle / "report/REPORT.md").read_text()
    headings = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", report, re.MULTILINE)}
    assert set(re.findall(r"REPORT\.md#([^)]+)\)", text)) <= headings
