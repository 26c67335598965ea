"""The Grafana dashboard, `deploy/grafana/dashboards/lesion.json`, made of `tools.panels`.

Grafana's own form repeats for each panel what is the same for all. `python -m tools.generate_docs` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tools.panels import ROWS, Kind, Panel

__all__ = ["dashboard_json"]

Json = dict[str, Any]

WIDTH = 24
"""Columns of Grafana's grid."""
HEIGHTS: dict[Kind, int] = {"stat": 4, "timeseries": 8, "heatmap": 8, "bargauge": 8, "table": 5}
FORMS: dict[Kind, Json] = {
    "heatmap": {"format": "heatmap"},
    "table": {"format": "table", "instant": True, "range": False},
}
"""How Prometheus is asked for a kind of panel; otherwise for a series over time."""
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
CHOICES = {
    "model": ("Model", "label_values(lesion_model_info, model)"),
    "instance": ("Replica", 'label_values(up{job="lesion"}, instance)'),
}
"""What can be chosen above the panels, and where the choices come from."""


def dashboard_json() -> str:
    """Return the dashboard as Grafana reads it."""
    dashboard = {
        "uid": "lesion",
        "title": "Skin lesion classifier",
        "description": "How the server does, and whether what the model says drifts.",
        "tags": ["lesion"],
        "editable": True,
        "schemaVersion": 39,
        "version": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "graphTooltip": 1,
        "templating": {"list": _variables()},
        "annotations": {"list": [_starts()]},
        "panels": list(_placed()),
    }
    return json.dumps(dashboard, indent=2, ensure_ascii=False) + "\n"


def _variables() -> list[Json]:
    source = {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"}
    return [source, *(_choice(name, label, asked) for name, (label, asked) in CHOICES.items())]


def _choice(name: str, label: str, asked: str) -> Json:
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": asked, "refId": name},
        "refresh": 2,
        "includeAll": True,
        "multi": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }


def _starts() -> Json:
    """Mark when a replica with another program or model came."""
    return {
        "name": "New program or model",
        "datasource": SOURCE,
        "enable": True,
        "iconColor": "blue",
        "expr": 'count by (model, version) (lesion_model_info{default="true"}) '
        'unless count by (model, version) (lesion_model_info{default="true"} offset 5m)',
        "titleFormat": "{{model}} {{version}}",
    }


def _placed() -> Iterable[Json]:
    """Yield rows and panels with their places in the grid and their numbers."""
    number = y = 0
    for title, panels in ROWS.items():
        number += 1
        yield {"id": number, "type": "row", "title": title, "panels": [], **_at(0, y, WIDTH, 1)}
        y, x, height = y + 1, 0, 0
        for panel in panels:
            if x + panel.width > WIDTH:
                x, y = 0, y + height
            number, height = number + 1, HEIGHTS[panel.kind]
            yield {"id": number, **_at(x, y, panel.width, height), **_drawn(panel)}
            x += panel.width
        y += height


def _at(x: int, y: int, width: int, height: int) -> Json:
    return {"gridPos": {"x": x, "y": y, "w": width, "h": height}}


def _drawn(panel: Panel) -> Json:
    form = FORMS.get(panel.kind, {"format": "time_series"})
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.meaning,
        "datasource": SOURCE,
        **_look(panel),
        "targets": [
            {
                "refId": chr(ord("A") + place),
                "datasource": SOURCE,
                "expr": expression,
                "legendFormat": legend,
                **form,
            }
            for place, (expression, legend) in enumerate(panel.asks)
        ],
    }


def _look(panel: Panel) -> Json:
    steps = [{"color": colour, "value": start} for colour, start in panel.steps or (("blue", None),)]
    defaults: Json = {"unit": panel.unit, "min": 0, "thresholds": {"mode": "absolute", "steps": steps}}
    last = {"reduceOptions": {"calcs": ["lastNotNull"]}}
    options: Json
    match panel.kind:
        case "stat":
            defaults["color"] = {"mode": "thresholds"}
            options = {**last, "graphMode": "none", "colorMode": "value"}
        case "timeseries":
            defaults["custom"] = {
                "fillOpacity": 20 if panel.stacked else 5,
                "stacking": {"mode": "normal" if panel.stacked else "none"},
                "thresholdsStyle": {"mode": "dashed" if panel.steps else "off"},
            }
            options = {"legend": {"placement": "bottom"}, "tooltip": {"mode": "multi", "sort": "desc"}}
        case "heatmap":
            options = {"calculate": False, "color": {"mode": "scheme", "scheme": "Blues"}}
        case "bargauge":
            defaults |= {"max": 0.5, "color": {"mode": "fixed", "fixedColor": "blue"}}
            options = {**last, "orientation": "vertical", "displayMode": "basic"}
        case "table":
            return _table()
    return {"fieldConfig": {"defaults": defaults, "overrides": []}, "options": options}


def _table() -> Json:
    """Show labels alone, a row for each series; without any, say so."""
    aside = ("Time", "Value", "__name__", "alertstate", "job")
    return {
        "fieldConfig": {"defaults": {"noValue": "None"}, "overrides": []},
        "options": {"showHeader": True},
        "transformations": [{"id": "organize", "options": {"excludeByName": dict.fromkeys(aside, True)}}],
    }
