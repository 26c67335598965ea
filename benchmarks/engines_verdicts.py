"""What follows from the numbers of :mod:`benchmarks.engines`, by rules that were set beforehand."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np

from benchmarks.engines_record import BATCHES, CUDA, NAMES, Case, Outcome, at_once, changed
from benchmarks.outcome import ratio
from benchmarks.serving.agreement import TOLERANCE
from benchmarks.wheels import MACHINES

QUARTER_LESS = 0.75
"""Share of ONNX Runtime's time at which another engine would be taken."""
FASTER = 0.95
"""Share of the time below which a setting is faster, and not just another run of the same."""
MORE_MEMORY = 1.05
"""Share of the memory above which a setting takes more."""
GROUPING = 0.9
"""Share of the time of an image alone at which grouping would pay: the first request waits for the last."""


def left(outcome: Outcome) -> list[str]:
    """Return the gains that the rules below find and this release leaves, as notes name them."""
    engines = [f"OpenVINO on the {graph} graph" for graph in _winners(outcome) if installs_alike(outcome)]
    settings = [
        f"{title} on the {case.graph} graph"
        for case in _ours(outcome)
        for title in _faster(outcome, case)
        if not any(_against(outcome, case, changed(case)[title]))
    ]
    grouping = [
        f"grouping on the {case.graph} graph by {name(case)}"
        for case in (*_ours(outcome), *cuda_cases(outcome))
        if _grouped(outcome, case) <= GROUPING
    ]
    return engines + settings + grouping


def engines(outcome: Outcome) -> str:
    """Say which engine wins on each graph, whether it computes the same, and what follows."""
    pairs = _pairs(outcome)
    if not pairs:
        return ""
    told = " ".join(_beside(outcome, case, other) for case, other in pairs)
    return f"{told} {_consequence(_winners(outcome), installs_alike(outcome))}"


def _pairs(outcome: Outcome) -> list[tuple[Case, Case]]:
    """Return the cases that were measured with both engines."""
    pairs = [(case, msgspec.structs.replace(case, engine="openvino")) for case in _ours(outcome)]
    return [(case, other) for case, other in pairs if other in outcome.by_case]


def _winners(outcome: Outcome) -> list[str]:
    """Return the graphs on which OpenVINO wins."""
    return [case.graph for case, other in _pairs(outcome) if _wins(outcome, case, other)]


def _beside(outcome: Outcome, case: Case, other: Case) -> str:
    shares, apart = outcome.by_case[other].against(outcome.by_case[case]), outcome.apart(other, case)
    quarter = float(np.median(shares)) <= QUARTER_LESS
    same = apart.probabilities <= TOLERANCE
    return (
        f"On the {case.graph} graph OpenVINO takes {ratio(shares)} of ONNX Runtime's time, which "
        f"{'is' if quarter else 'is not'} the quarter less that would be worth a second engine. On the same "
        f"drawings its logits are at most {apart.logits:.2g} from ONNX Runtime's and the probabilities "
        f"{apart.probabilities:.2g}, so it {'computes the same' if same else 'does not compute the same'} "
        f"({TOLERANCE} would be the most)."
    )


def _wins(outcome: Outcome, case: Case, other: Case) -> bool:
    shares = outcome.by_case[other].against(outcome.by_case[case])
    same = outcome.apart(other, case).probabilities <= TOLERANCE
    return same and float(np.median(shares)) <= QUARTER_LESS


def _consequence(winners: list[str], alike: bool | None) -> str:
    if not winners:
        return "So ONNX Runtime stays the one engine for networks without torch."
    graphs = f"{' and '.join(winners)} graph{'s' * (len(winners) > 1)}"
    if alike:
        return (
            f"By the rule, speed and installing as easily, OpenVINO should answer for the {graphs}. "
            "This release has ONNX Runtime alone: a gain that it leaves."
        )
    if alike is None:
        return f"Whether OpenVINO should answer for the {graphs} is open until it is known what installs."
    return f"It is faster on the {graphs}, but does not install as easily, so ONNX Runtime stays the one."


def installs_alike(outcome: Outcome) -> bool | None:
    """Return whether all engines have a wheel for each kind of machine; ``None`` where nothing was found out.

    An index that does not answer as it should may know of no release at all: then nothing was found out.
    """
    files = [each.file for each in outcome.wheels]
    return all(files) if any(files) else None


def installing(outcome: Outcome) -> str:
    """Say whether the engines install as easily on one kind of machine as on the other."""
    alike = installs_alike(outcome)
    if alike is None:
        return "What there is to install on other machines was not found out: pip found nothing."
    kinds = " and ".join(MACHINES)
    missing = [f"{each.package} on {each.machine}" for each in outcome.wheels if not each.file]
    if alike:
        return f"Each installs as a wheel on {kinds}, with nothing to build. Only this machine's were run."
    return f"Not each installs as a wheel on {kinds}: there is none of {', '.join(missing)}."


def threads(outcome: Outcome) -> str:
    """Say what all threads gain over one, for one caller and for two at once."""
    return " ".join(filter(None, (_threads(outcome, case) for case in _ours(outcome))))


def _threads(outcome: Outcome, case: Case) -> str:
    one = msgspec.structs.replace(case, threads=1)
    if case.threads == 1 or at_once(one) not in outcome.by_case:
        return ""
    alone = outcome.by_case[case].against(outcome.by_case[one])
    together = outcome.by_case[at_once(case)].against(outcome.by_case[at_once(one)])
    kept = float(np.median(alone)) < FASTER and float(np.median(together)) <= 1 / FASTER
    return (
        f"On the {case.graph} graph {case.threads} threads take {ratio(alone)} of the time of one thread for "
        f"one caller, and {ratio(together)} for {at_once(case).callers} at once, which "
        f"{'speaks for them' if kept else 'does not speak for them'}."
    )


def settings(outcome: Outcome) -> str:
    """Say of each graph whether another setting is faster, and if so whether anything speaks against it."""
    return " ".join(line for case in _ours(outcome) for line in _settings(outcome, case))


def _settings(outcome: Outcome, case: Case) -> Iterator[str]:
    shares, faster = _shares(outcome, case), _faster(outcome, case)
    if not faster:
        best = min(shares, key=lambda title: float(np.median(shares[title])))
        yield (
            f"On the {case.graph} graph no other setting takes less than {FASTER} of the time of those "
            f"served; the best of them, {best}, takes {ratio(shares[best])}."
        )
    for title in faster:
        against = list(_against(outcome, case, changed(case)[title]))
        reason = (
            f"it is not served, since it takes {' and '.join(against)}"
            if against
            else "nothing measured here speaks against it: a gain that this release leaves"
        )
        yield f"On the {case.graph} graph {title} takes {ratio(shares[title])} of the time; {reason}."


def _shares(outcome: Outcome, case: Case) -> dict[str, list[float]]:
    """Return what each other setting takes of a case's time."""
    others = {title: one for title, one in changed(case).items() if one != case}
    return {title: outcome.by_case[one].against(outcome.by_case[case]) for title, one in others.items()}


def _faster(outcome: Outcome, case: Case) -> list[str]:
    """Return the settings that are faster for one caller."""
    shares = _shares(outcome, case)
    return [title for title in shares if float(np.median(shares[title])) < FASTER]


def _against(outcome: Outcome, case: Case, other: Case) -> Iterator[str]:
    """Yield what speaks against a setting that is faster for one caller."""
    if at_once(other) in outcome.by_case:
        together = outcome.by_case[at_once(other)].against(outcome.by_case[at_once(case)])
        if float(np.median(together)) > 1 / FASTER:
            yield f"{ratio(together)} of it where {at_once(other).callers} are asked for at once"
    memory = outcome.by_case[other].against(outcome.by_case[case], "peak_mb")
    if float(np.median(memory)) > MORE_MEMORY:
        yield f"{ratio(memory)} of the memory"


def batches(outcome: Outcome) -> str:
    """Say what grouping the requests that wait would gain on each device, and whether it would pay."""
    cuda = cuda_cases(outcome)
    told = [_batches(outcome, "this processor", _ours(outcome))]
    told.append(_batches(outcome, "this CUDA device", cuda) if cuda else "No CUDA device was measured.")
    return (
        "Grouping the requests that wait pays on a device where an image in the better of the larger "
        f"batches takes at most {GROUPING} of the time that it takes alone: the first of them then waits for "
        "the last. " + " ".join(told)
    )


def _batches(outcome: Outcome, device: str, cases: list[Case]) -> str:
    gains = {one.graph: _grouped(outcome, one) for one in cases}
    told = ", ".join(f"{share:.2f} ({graph})" for graph, share in gains.items())
    paying = [graph for graph, share in gains.items() if share <= GROUPING]
    verdict = (
        f"it pays for {' and '.join(paying)}, and this release does not group: a gain that it leaves"
        if paying
        else "it does not pay, and requests are not grouped"
    )
    return f"On {device} that is {told}: {verdict}."


def _grouped(outcome: Outcome, case: Case) -> float:
    """Return what an image takes in the better of the larger batches, over what it takes alone."""
    larger = (outcome.by_case[msgspec.structs.replace(case, batch=batch)] for batch in BATCHES[1:])
    return min(float(np.median(timed.against(outcome.by_case[case]))) for timed in larger)


def _ours(outcome: Outcome) -> list[Case]:
    return [case for case in outcome.served if case.engine == "onnxruntime"]


def cuda_cases(outcome: Outcome) -> list[Case]:
    """Return one image alone by each graph on a CUDA device, where there was any."""
    return [case for case in outcome.by_case if case.provider == CUDA and case.batch == 1]


def name(case: Case) -> str:
    """Return what an engine is called, and its device where that is not the processor."""
    return NAMES[case.engine] + (", CUDA" if case.provider == CUDA else "")
