"""A small evaluation, from pages that are drawn to its report, for the tests of what people look at."""

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path

from PIL import Image, ImageDraw
from simulated_readings import simulated

from train_easyocr.pages.records import Page, PageFile, Word
from train_easyocr.program.fonts import korean_font
from train_easyocr.report.html.evaluation import write_evaluation_report
from train_easyocr.scoring.page_scoring import score_all
from train_easyocr.scoring.places import find_places
from train_easyocr.scoring.summary import summarize

TEXTS = (
    *("등록", "근거", "증명", "란에", "주택", "여권", "격식", "교육", "함께", "창구", "금액", "종류"),
    *("력사", "학교", "화해", "재무", "2001.06.15", "54,500", "(055)330-3331"),
)
CATEGORIES = ("인.허가", "주민복지", "회계.예산")


def drawn_pages(folder: Path, count: int) -> list[PageFile]:
    """Pages of three lines of five words each, as images below `folder`."""
    files = []
    for number in range(count):
        image, words = Image.new("L", (900, 400), 245), []
        for place in range(15):
            text = TEXTS[(number * 7 + place * (1 + number % 3)) % len(TEXTS)]
            left, top = 20 + 175 * (place % 5), 40 + 110 * (place // 5)
            box = ImageDraw.Draw(image).textbbox((left, top), text, font=korean_font(28))
            ImageDraw.Draw(image).text((left, top), text, font=korean_font(28), fill=20)
            words.append(Word(text, tuple(map(round, box))))
        category = CATEGORIES[number % len(CATEGORIES)]
        name = f"{category}/{5350000 + number // 2}/{1999 + number % 4}/page-{number:04d}"
        path = folder / f"{number}.jpg"
        image.save(path, quality=85)
        page = Page(name, category, str(1999 + number % 4), 900, 400, tuple(words), "public documents")
        files.append(PageFile(page, path, f"{name}.jpg"))
    return files


def report_of(output, files, readings, *, failures=(), settings=(), **options):
    """Score `readings` and write their report below `output`; return the html file."""
    results = score_all(files, readings)
    summary = summarize(results, len(files), {"device": "cpu", **dict(settings)}, dict(failures))
    return write_evaluation_report(output, results, summary, find_places(results), files, **options)


def simulated_report(folder: Path, count: int = 12, **options) -> Path:
    """The report of `count` drawn pages with simulated readings, below `folder`."""
    files = drawn_pages(folder, count)
    return report_of(folder / "result", files, simulated([file.page for file in files]), **options)


HOSTILE = '</script><img src=x onerror="alert(1)"><b>'


class Parsed(HTMLParser):
    """The tags of a file with their attributes, and its texts but for scripts and style."""

    def __init__(self, path):
        super().__init__()
        self.opened, self.texts, self.raw, self.inside = [], [], {"script": [], "style": []}, ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        self.opened.append((tag, dict(attributes)))
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        self.raw.get(self.inside, self.texts).append(data)

    def named(self, tag):
        return [attributes for name, attributes in self.opened if name == tag]

    @property
    def text(self):
        return " ".join(self.texts)


def assert_policy_names_what_stands_there(parsed):
    [policy] = [meta["content"] for meta in parsed.named("meta") if meta.get("http-equiv")]
    for text, directive in ((parsed.raw["script"][-1], "script-src 'self'"), (parsed.raw["style"][0], "style-src")):
        digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert not any(key.startswith("on") or key == "style" for _, attributes in parsed.opened for key in attributes)
