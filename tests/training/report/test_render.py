from __future__ import annotations

from html.parser import HTMLParser

from training.report.evidence import Evidence
from training.report.render import render_report

VOID = {"img", "link", "meta"}


class Reader(HTMLParser):
    """Follows a page strictly: what is opened is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        assert not {name for name in found if name == "style" or name.startswith("on")}
        self.tags.append(tag)
        self.links += [found[name] or "" for name in ("href", "src") if name in found]
        self.ids += [found["id"] or ""] if "id" in found else []
        if tag == "img":
            assert found["alt"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_is_sound_and_leads_nowhere_but_to_its_own_files(files: dict[str, str]) -> None:
    reader = Reader()
    reader.feed(files["index.html"])
    reader.close()
    assert reader.open == []
    assert not {"script", "style", "iframe"} & set(reader.tags)
    assert len(set(reader.ids)) == len(reader.ids)
    anchors = {f"#{name}" for name in reader.ids}
    assert set(reader.links) <= anchors | set(files) | {"data:,"}  # an icon of nothing asks nobody
    assert {name for name in files if name.endswith(".svg")} <= set(reader.links)


def test_markdown_shows_every_picture_with_its_sentence(files: dict[str, str]) -> None:
    text = files["REPORT.md"]
    for name in files:
        assert name.endswith(".svg") is (f"]({name})" in text)
    assert text.count("\n### ") == text.count("![") + text.count("\n|---|")


def test_report_is_light_and_names_no_folder_of_a_machine(files: dict[str, str]) -> None:
    assert sum(map(len, files.values())) < 400_000
    assert not [name for name, text in files.items() if "/home/" in text or "/tmp/" in text]


def test_what_comes_from_a_data_folder_is_escaped(full: Evidence) -> None:
    key = "error.missed.00.image_id"
    files = render_report(full._replace(metrics={**full.metrics, key: "<b>a|b</b>"}))
    assert "&lt;b&gt;a|b" in files["index.html"]
    assert "a\\|b" in files["REPORT.md"]
