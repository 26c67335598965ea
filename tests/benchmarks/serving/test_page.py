from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from benchmarks.serving.dynos import AS_OF
from benchmarks.serving.page import misses, page
from benchmarks.serving.record import Round
from benchmarks.serving.tables import ENOUGH
from tests.benchmarks.serving.records import one_round, outcome, server

OUT = Path("docs/benchmarks/serve-densenet161.md")


def test_targets_are_called_met_or_missed() -> None:
    text = page(outcome([one_round(10, 10, engine=5)], [one_round(100, 2)], [one_round(11, 8)]), OUT)
    assert "| latency p50, 600x450, over plain fastai | at most 0.35 | **0.10** (0.10 to 0.10) met |" in text
    assert "| latency p50, 600x450, over the best other (LitServe) | at most 0.8 | **0.91**" in text
    assert "Of these targets,\nthis server misses 3." in text
    assert "serve-densenet161.json" in text


def test_columns_are_the_servers_and_lines_the_loads() -> None:
    text = page(outcome([one_round(10, 12.5, engine=5)], [one_round(100, 2)]), OUT)
    assert "| image | clients | this server | plain fastai |" in text
    assert "| 4000x3000 | 64 | 12.5 | 2 |" in text
    assert "| 600x450 | 1 | 10, 10, – of 10 | 100, 100, – of 10 |" in text
    assert "| processors busy, one client, 600x450 | 1.5 | 1.5 |" in text
    assert "| installed without GPU libraries, MB | 300 | 300 |" in text
    assert "| this server | 80 | 5 | 10 | +100 % |" in text
    assert "| this server | 4000x3000 | 1 | 5 | 1 | 3 |" in text  # decoding, the network, other work, HTTP


def test_what_was_tried_is_linked_where_it_stands(tmp_path: Path) -> None:
    record = outcome([one_round(10, 10, engine=5)], [one_round(100, 2)])
    assert "engines.md" not in page(record, tmp_path / "serve.md")
    (tmp_path / "engines.md").touch()
    assert "(engines.md)" in page(record, tmp_path / "serve.md")


def test_notes_on_missed_targets_are_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.misses.TRIED", tmp_path)
    missed = outcome([one_round(10, 10, engine=5)], [one_round(10, 2)])
    met = outcome([one_round(10, 100, engine=9.9)], [one_round(1000, 2)])
    assert "### What was tried" not in page(missed, OUT)
    note = f"- **{misses(missed)[0]}**: everything.\n"
    (tmp_path / "serve-densenet161.md").write_text(note)
    assert "### What was tried" not in page(missed, OUT)
    (tmp_path / "records.toml").write_text(f'serve-densenet161 = "{missed.when}"\n')
    assert f"### What was tried\n\n{note}" in page(missed, OUT)
    assert "### What was tried" not in page(met, OUT)


def test_cost_is_that_of_the_smallest_dyno_that_holds_the_peak() -> None:
    # 200 and 2000 MB; 36,000 and 7,200 images an hour.
    text = page(outcome([one_round(10, 10, engine=5)], [one_round(100, 2)]), OUT)
    assert "| this server | 200 | 36,000 | Basic | 0.0097 | 3,703,000 |" in text
    assert "| plain fastai | 2,000 | 7,200 | Performance-M | 0.3472 | 21,000 |" in text


def test_a_dyno_holds_a_server_that_it_holds_in_every_round() -> None:
    own = [one_round(latency, 10, engine=5) for latency in (25, 25, 26)]  # 500, 500 and 520 MB
    text = page(outcome(own, [one_round(100, 2)] * 3), OUT)
    assert "| this server | 520 | 36,000 | Standard-2X |" in text


def test_refusals_are_told() -> None:
    calm = page(outcome([one_round(1, 1, engine=1)], [one_round(1, 1)]), OUT)
    assert "No request was refused, and none failed." in calm
    full = page(outcome([one_round(1, 1, refused=30, engine=1)], [one_round(1, 1)]), OUT)
    assert "| this server | 4000x3000 | 64 | 10 | 30 | 0 |" in full
    assert "| 4000x3000 | 64 | 1, 1, – of 10, 30 refused | 1, 1, – of 10 |" in full
    assert "of those that were admitted: this server then had fewer" in full
    assert "admitted" not in calm


def test_few_answers_have_no_99th_percentile() -> None:
    few, many = ([one_round(1, 1, engine=1, answers=n)] * 2 for n in (ENOUGH - 1, ENOUGH))
    text = page(outcome(few, many), OUT)
    assert "| 600x450 | 1 | 1, 1, – of 198 | 1, 1, 1 of 200 |" in text
    assert "This run did not keep the time of each answer:" in text
    assert "a dash stands for it; `--seconds 50` should" in text
    assert "a dash" not in page(outcome(many, many), OUT)


def test_the_99th_percentile_is_that_of_all_rounds_together() -> None:
    def rounds(answers: int) -> list[Round]:
        return [one_round(ms, 8, engine=1, answers=answers, kept=True) for ms in (1, 2)]

    text = page(outcome(rounds(ENOUGH // 2), rounds(ENOUGH // 2 - 1)), OUT)
    assert "| 600x450 | 1 | 1.5, 1.5, 2 of 100 | 1.5, 1.5, – of 98 |" in text
    assert "and told of 100 or more" in text
    assert "`--seconds 7` should give all" in text  # by the rates, whatever was under way at the end
    assert "a dash" not in page(outcome(rounds(ENOUGH), rounds(ENOUGH)), OUT)


def test_when_prices_were_looked_up_and_that_files_were_warm_is_told() -> None:
    text = page(outcome([one_round(1, 1, engine=1)], [one_round(1, 1)]), OUT)
    assert f"prices are those of\n{AS_OF}" in text
    assert "lay in the system's file cache" in text


def test_which_torch_the_others_have_is_told() -> None:
    record = outcome([one_round(1, 1, engine=1)], [one_round(1, 1)])
    assert "The others have torch 2.14.0+cu130" in page(record, OUT)
    plain = {name: server(name == "this server", {"a": 1.0}, torch="2.14.0") for name in record.servers}
    assert "The others have torch" not in page(msgspec.structs.replace(record, servers=plain), OUT)


def test_answers_are_compared() -> None:
    text = page(outcome([one_round(1, 1, engine=1)], [one_round(1, 1)]), OUT)
    assert (
        "- plain fastai: the same class most probable in 2 of 2 drawings, "
        "probabilities at most 0.000 at 600x450 and 0.000 at 4000x3000 apart"
    ) in text
    assert "beside this server, all calibrated alike" in text
