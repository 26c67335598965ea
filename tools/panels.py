"""What the Grafana dashboard shows: each panel's title, what it asks Prometheus, and how to read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from lesion.drift import LARGE, LEAST, SMALL

__all__ = ["ROWS", "Kind", "Panel"]

Kind = Literal["stat", "timeseries", "heatmap", "bargauge", "table"]

CLASSIFY = 'route="/api/classify",instance=~"$instance"'
HERE = 'instance=~"$instance"'
MODEL = 'model=~"$model",instance=~"$instance"'
TURNED_AWAY = 'reason=~"busy|deadline|not-ready|rate-limited"'
REFUSED = f"sum(rate(lesion_refusals_total{{{TURNED_AWAY},{HERE}}}[1h]))"
ANSWERED = f'sum(rate(lesion_http_requests_total{{status!~"429|503",{HERE}}}[1h]))'
WINDOW = "[$__rate_interval]"


class Panel(NamedTuple):
    """A panel: ``asks`` pairs expressions with legends, ``steps`` colours with their least values."""

    title: str
    asks: Sequence[tuple[str, str]]
    meaning: str
    unit: str = "short"
    kind: Kind = "timeseries"
    width: int = 8
    steps: Sequence[tuple[str, float | None]] = ()
    stacked: bool = False


def quantile(share: float, metric: str, labels: str, *by: str) -> str:
    """Return the expression of a quantile of a histogram, over a rate of its buckets, but for some labels."""
    buckets = ", ".join(("le", *by))
    return f"histogram_quantile({share}, sum by ({buckets}) (rate({metric}_bucket{{{labels}}}{WINDOW})))"


def rate(metric: str, labels: str, by: str) -> str:
    """Return the expression of a rate per second, added up but for some labels."""
    return f"sum by ({by}) (rate({metric}{{{labels}}}{WINDOW}))"


def stat(title: str, expression: str, meaning: str, unit: str, *steps: tuple[str, float | None]) -> Panel:
    """Return a panel of one number, six of which fill a line."""
    return Panel(title, [(expression, "")], meaning, unit, "stat", 4, steps or (("blue", None),))


def rates(
    title: str, metric: str, labels: str, by: str, meaning: str, unit: str = "cps", stacked: bool = False
) -> Panel:
    """Return a panel of a counter's rate for each value of a label, which is the legend too."""
    return Panel(title, [(rate(metric, labels, by), f"{{{{{by}}}}}")], meaning, unit, stacked=stacked)


ROWS: dict[str, Sequence[Panel]] = {
    "At a glance": (
        stat(
            "Servers",
            'sum(up{job="lesion"})',
            "Replicas that answer Prometheus.",
            "none",
            ("red", None),
            ("green", 1),
        ),
        stat(
            "Pictures in an hour",
            f"sum(increase(lesion_classifications_total{{{MODEL}}}[1h]))",
            "Users' pictures classified, each once; samples do not count.",
            "none",
        ),
        stat(
            "Failures",
            f'sum(rate(lesion_http_requests_total{{status=~"5..",status!~"501|503|504",{HERE}}}[1h])) '
            f"/ sum(rate(lesion_http_requests_total{{{HERE}}}[1h])) or vector(0)",
            "Share of answers in the last hour that blame the server, without those that ask to wait, to "
            "install something, or to choose what takes less time.",
            "percentunit",
            ("green", None),
            ("orange", 0.001),
            ("red", 0.01),
        ),
        stat(
            "Turned away",
            # Most of those that are turned away are no request yet: the worker counts the refusal alone.
            f"{REFUSED} / ({ANSWERED} + {REFUSED}) or vector(0)",
            "Share of requests in the last hour that were asked to come back later.",
            "percentunit",
            ("green", None),
            ("orange", 0.01),
            ("red", 0.05),
        ),
        stat(
            "95 % are answered within",
            f"histogram_quantile(0.95, sum by (le) "
            f"(rate(lesion_http_request_duration_seconds_bucket{{{CLASSIFY}}}[1h])))",
            "Time of a classification in the server, over the last hour.",
            "s",
            ("green", None),
            ("orange", 2),
            ("red", 10),
        ),
        stat(
            "Drift, 7 days",
            'max(lesion:probability_psi:7d{model=~"$model"})',
            "Population stability index of the probabilities against the validation lesions. Below "
            f"{SMALL} there is no difference worth naming, above {LARGE} the pictures are others than those "
            f"that the model was calibrated on. Empty below {LEAST} pictures.",
            "none",
            ("green", None),
            ("orange", SMALL),
            ("red", LARGE),
        ),
        Panel(
            "Alerts that fire",
            [('ALERTS{alertstate="firing"}', "")],
            "By the rules in deploy/prometheus/rules.yml, over everything; Prometheus' own page says what to "
            "do about each. Nobody is told of them unless an Alertmanager is named in prometheus.yml.",
            kind="table",
            width=24,
        ),
    ),
    "Requests": (
        rates(
            "Requests by route",
            "lesion_http_requests_total",
            HERE,
            "route",
            "All that is asked, by the pattern of its address.",
            "reqps",
        ),
        rates(
            "Requests by status",
            "lesion_http_requests_total",
            HERE,
            "status",
            "4xx is the caller's doing; 501, 503 and 504 ask to install something, to wait, or to choose "
            "what takes less time; other 5xx are failures: the log says of what.",
            "reqps",
            stacked=True,
        ),
        Panel(
            "Refusals by reason",
            [(f"{rate('lesion_refusals_total', HERE, 'reason')} > 0", "{{reason}}")],
            "Answers that were problems. /problems/<reason> says what each means.",
            "reqps",
            stacked=True,
        ),
        Panel(
            "Time of a classification",
            [
                (quantile(share, "lesion_http_request_duration_seconds", CLASSIFY), name)
                for share, name in ((0.5, "median"), (0.95, "95 %"), (0.99, "99 %"))
            ],
            "From the request's arrival in the application to its answer.",
            "s",
        ),
        Panel(
            "Where the time goes",
            [
                (
                    f"{rate('lesion_stage_duration_seconds_sum', HERE, 'stage')} / "
                    f"{rate('lesion_stage_duration_seconds_count', HERE, 'stage')}",
                    "{{stage}}",
                )
            ],
            "Mean seconds of each stage, after the upload has arrived. A long wait wants more processors, a "
            "long decode smaller pictures.",
            "s",
            stacked=True,
        ),
        Panel(
            "In hand and waiting",
            [
                (f"sum(lesion_http_requests_in_progress{{{HERE}}})", "in hand"),
                (f"sum by (queue) (lesion_queue_depth{{{HERE}}})", "{{queue}} waiting"),
                (f"sum(lesion_streams{{{HERE}}})", "explanations followed"),
            ],
            "What waits now, of all replicas together.",
        ),
        rates(
            "By API key",
            "lesion_api_key_requests_total",
            HERE,
            "key",
            "Requests by the names of the keys; empty where none are used.",
            "reqps",
        ),
    ),
    "What the model says": (
        Panel(
            "Probabilities of malignancy",
            [(f"sum by (le) (increase(lesion_probability_bucket{{{MODEL}}}{WINDOW}))", "{{le}}")],
            "How many pictures got which probability.",
            kind="heatmap",
        ),
        rates(
            "Verdicts",
            "lesion_classifications_total",
            MODEL,
            "prediction",
            "At the operating point that each picture was first asked at.",
            stacked=True,
        ),
        rates(
            "Advice",
            "lesion_classifications_total",
            MODEL,
            "triage",
            "Much retake means poor pictures; much unsure, pictures unlike those learned from.",
            stacked=True,
        ),
        Panel(
            "Drift",
            [
                ('max by (model) (lesion:probability_psi:7d{model=~"$model"})', "{{model}}, 7 days"),
                ('max by (model) (lesion:probability_psi:30d{model=~"$model"})', "{{model}}, 30 days"),
            ],
            f"Population stability index, over all replicas. Above {LARGE}: other patients, another camera "
            "or another light than in the validation lesions, or a fault before the model. It does not say "
            "that verdicts are wrong; confirmed diagnoses do.",
            steps=(("green", None), ("orange", SMALL), ("red", LARGE)),
        ),
        Panel(
            "Share of pictures, 7 days",
            [('sum by (below) (lesion:probability_bin:share7d{model=~"$model"})', "below {{below}}")],
            "Each bin holds about a tenth of the validation lesions: without drift all bars are alike.",
            "percentunit",
            "bargauge",
        ),
        Panel(
            "Share of validation lesions",
            [
                (
                    f"avg by (below) (lesion_probability_reference{{{MODEL}}})",
                    "below {{below}}",
                )
            ],
            "What the bars beside this should look like. Choose one model above.",
            "percentunit",
            "bargauge",
        ),
    ),
    "Explanations": (
        rates(
            "Explanations by outcome",
            "lesion_explanations_total",
            HERE,
            "outcome",
            "Cached ones cost nothing; cancelled ones were of no interest any more.",
            stacked=True,
        ),
        Panel(
            "Time of an explanation, 95 %",
            [(quantile(0.95, "lesion_explanation_duration_seconds", HERE, "method"), "{{method}}")],
            "Seconds at work, without the wait before it.",
            "s",
        ),
    ),
    "Record": (
        Panel(
            "Predictions for the record",
            [
                (rate("lesion_record_predictions_total", HERE, "outcome"), "{{outcome}}"),
                (f"sum(rate(lesion_record_images_lost_total{{{HERE}}}{WINDOW}))", "image alone lost"),
            ],
            "Lost ones are gone for good: the database was away for longer than they could wait. An image "
            "alone is lost where the way to the database is too slow for it. Empty where no record is kept.",
            "cps",
        ),
        Panel(
            "Waiting to be written",
            [(f"sum by (instance) (lesion_record_waiting{{{HERE}}})", "{{instance}}")],
            "More than a few for long: the database is slow or away. Predictions go on.",
        ),
    ),
    "Machines": (
        Panel(
            "Memory",
            [(f"process_resident_memory_bytes{{{HERE}}}", "{{instance}}")],
            "Resident memory of all workers of a replica.",
            "bytes",
        ),
        Panel(
            "Processors",
            [(f"rate(process_cpu_seconds_total{{{HERE}}}{WINDOW})", "{{instance}}")],
            "Processors in use by all workers of a replica.",
        ),
        Panel(
            "Workers and connections",
            [
                (f"lesion_workers{{{HERE}}}", "workers of {{instance}}"),
                (f"lesion_connections{{{HERE}}}", "connections of {{instance}}"),
                (f"process_open_fds{{{HERE}}}", "open files of {{instance}}"),
            ],
            "Fewer workers than WEB_WORKERS for long: they die, and the log says why.",
        ),
    ),
}
