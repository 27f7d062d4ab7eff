"""Twelve pages of another make than any page that a network of this project was trained on, drawn by Chromium.

    python benchmarks/browser_pages.py FOLDER

The HTML lies in benchmarks/browser_pages/: a press release, a form, a law in two columns, a dense table and so on, in
typefaces of Debian's packages. The browser draws each page twice at 200 dots per inch, as it is and as black ink alone,
and tells where it laid each character. A word is what stands between white space on one line; its box is shrunk to its
ink. Noise of a scanner is added with a fixed seed. Chromium is started as the tests start it (tests/browser.py).
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
from measured import ROOT
from selenium.webdriver.remote.webdriver import WebDriver

sys.path.append(str(ROOT / "tests"))

from browser import chromium

from train_easyocr.texts.text_scores import nfc

SOURCES = ROOT / "benchmarks" / "browser_pages"
WIDTH, HEIGHT = 794, 1123
"""A4 in pixels of 1/96 inch."""
SCALE = 200 / 96

PAPER, TONER, BLUR, GRAIN, QUALITY = 244, 30, 0.6, 4.0, 85

INK = 240
"""Grey below which a pixel of blurred black print on white paper counts as ink: all that the scan shows of a stroke.
Labels of scanned pages hold that faint rim too; without it the box of a dash, three pixels tall, is half as tall."""

WORDS = """
  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (["STYLE", "SCRIPT"].includes(node.parentNode.nodeName)) continue;
    for (const token of node.data.matchAll(/[^\\s\\u00a0]+/g)) {
      let word = null, place = token.index;
      for (const character of token[0]) {
        const range = document.createRange();
        range.setStart(node, place);
        range.setEnd(node, place += character.length);
        for (const rect of range.getClientRects()) {
          if (!rect.width) continue;
          if (word && Math.abs(word.top - rect.top) < rect.height / 2) {
            word.text += character;
            word.right = rect.right;
          } else {
            word = {text: character, left: rect.left, top: rect.top, right: rect.right, bottom: rect.bottom};
            words.push(word);
          }
        }
      }
    }
  }
  return words;
"""


def main() -> None:
    """Draw the pages into a folder with images/ and labels/."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    draw_pages(parser.parse_args().folder)


def draw_pages(folder: Path) -> str:
    """Draw all pages into `folder`, as step 2 writes sets of whole pages; return the version of the browser."""
    with chromium(width=WIDTH, height=HEIGHT) as driver:
        metrics = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": SCALE, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        for path in sorted(SOURCES.glob("*.html")):
            driver.get(path.as_uri())
            driver.execute_async_script("document.fonts.ready.then(arguments[0])")
            words, drawn = driver.execute_script(WORDS), _picture(driver)
            driver.execute_script("document.body.classList.add('ink')")
            ink = cv2.GaussianBlur(cv2.cvtColor(_picture(driver), cv2.COLOR_BGR2GRAY), (0, 0), BLUR) < INK
            annotations = [annotation for word in words if (annotation := _annotation(word, ink))]
            _save(folder, path.stem, _scanned(drawn, path.stem), annotations)
        return f"{driver.capabilities['browserName']} {driver.capabilities['browserVersion']}"


def _picture(driver: WebDriver) -> np.ndarray:
    """Return what the browser shows, uint8 [height, width, 3] BGR."""
    shown = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": False})
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(shown["data"]), np.uint8), cv2.IMREAD_COLOR)
    return picture[: int(HEIGHT * SCALE)]  # Chromium adds a row for the part of a pixel


def _annotation(word: dict, ink: np.ndarray) -> dict | None:
    """Return a word as AI-Hub labels it, its box shrunk to its ink, bool [height, width]; None without ink."""
    left, top = (max(0, int(word[side] * SCALE)) for side in ("left", "top"))
    right, bottom = (int(np.ceil(word[side] * SCALE)) for side in ("right", "bottom"))
    rows, columns = np.nonzero(ink[top:bottom, left:right])
    if not rows.size:
        return None
    xmin, ymin = left + int(columns.min()), top + int(rows.min())
    size = [int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1]
    return {
        "annotation.type": "rectangle",
        "annotation.text": nfc(word["text"]),
        "annotation.bbox": [xmin, ymin, *size],
    }


def _scanned(drawn: np.ndarray, name: str) -> np.ndarray:
    """Scan a printed page, uint8 [height, width, 3] in and out: grey paper, pale toner, blur, grain."""
    chance = np.random.default_rng(zlib.crc32(name.encode()))
    page = cv2.GaussianBlur(drawn, (0, 0), BLUR).astype(np.float32) * ((PAPER - TONER) / 255) + TONER
    page += chance.standard_normal((*page.shape[:2], 1), dtype=np.float32) * GRAIN
    return np.clip(page, 0, 255).astype(np.uint8)


def _save(folder: Path, name: str, page: np.ndarray, annotations: list[dict]) -> None:
    height, width = page.shape[:2]
    label = {
        "images": [{"image.file.name": f"{name}.jpg", "image.width": width, "image.height": height}],
        "annotations": [{"id": place, **annotation} for place, annotation in enumerate(annotations, 1)],
    }
    for part in ("images", "labels"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    text = json.dumps(label, ensure_ascii=False)
    (folder / "labels" / f"{name}.json").write_text(text, encoding="utf-8")
    data = cv2.imencode(".jpg", page, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))[1]
    (folder / "images" / f"{name}.jpg").write_bytes(data.tobytes())


if __name__ == "__main__":
    main()
