"""A figure as SVG text: small, the same bytes for the same numbers, legible on light and dark ground.

Matplotlib writes styles that a strict content security policy forbids where a picture is opened by itself,
names a dozen fonts with every word, and gives six decimals. Here styles become attributes, numbers keep two
decimals, and one style sheet turns the colours for readers whose screen is dark.
"""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from matplotlib.figure import Figure

from training.report.style import DARK

SVG = "http://www.w3.org/2000/svg"
HREF = "{http://www.w3.org/1999/xlink}href"
GEOMETRY = ("d", "x", "y", "width", "height", "transform", "points")
NUMBER = re.compile(r"-?\d+\.\d+")
NO_TURN = re.compile(r"rotate\(-?0(\.0+)? [^)]*\)")
LEFT_OUT = {"font-family"}

ElementTree.register_namespace("", SVG)


def svg_text(figure: Figure, title: str) -> str:
    """Return the figure as SVG with a title for readers who do not see it. Text stays text."""
    buffer = io.StringIO()
    metadata = {"Title": title, "Date": None, "Creator": None, "Format": None, "Type": None}
    figure.savefig(buffer, format="svg", metadata=metadata)
    root = ElementTree.fromstring(buffer.getvalue())
    root.attrib |= {"font-family": "system-ui, sans-serif", "stroke-linejoin": "round"}
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{SVG}}}metadata", f"{{{SVG}}}style"):
                parent.remove(child)
        _slim(parent)
    sheet = ElementTree.SubElement(root, f"{{{SVG}}}style")
    sheet.text = _dark_rules()
    return ElementTree.tostring(root, encoding="unicode")


def css_size(figure: Figure) -> tuple[int, int]:
    """Return the width and height at which a browser shows the figure, in CSS pixels: 96 to the inch."""
    width, height = (round(96 * float(inches)) for inches in figure.get_size_inches())
    return width, height


def _slim(element: Element) -> None:
    """Turn styles into attributes, shorten numbers, and drop what nothing refers to."""
    attributes = element.attrib
    style = dict(part.split(":", 1) for part in attributes.pop("style", "").split(";") if part.strip())
    attributes |= {
        name.strip(): value.strip() for name, value in style.items() if name.strip() not in LEFT_OUT
    }
    if HREF in attributes:
        attributes["href"] = attributes.pop(HREF)
    if element.tag == f"{{{SVG}}}g":
        attributes.pop("id", None)  # matplotlib numbers its groups; only paths are referred to
    if NO_TURN.fullmatch(attributes.get("transform", "")):
        del attributes["transform"]
    for name in GEOMETRY:
        if name in attributes:
            attributes[name] = NUMBER.sub(_short, " ".join(attributes[name].split()))
    for blank in ("text", "tail"):
        if not (getattr(element, blank) or "").strip():
            setattr(element, blank, "\n" if blank == "tail" else None)


def _short(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _dark_rules() -> str:
    rules = [
        f'[{name}="{light}"]{{{name}:{dark}}}' for light, dark in DARK.items() for name in ("fill", "stroke")
    ]
    return f"@media (prefers-color-scheme: dark) {{{' '.join(rules)}}}"
