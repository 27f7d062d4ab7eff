"""Each page drawn with its boxes and what was read in them, one panel a network, in a Korean font."""

from __future__ import annotations

import errno
import hashlib
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageDraw
from tqdm import tqdm

from train_easyocr.atomic import replacing, replacing_folder
from train_easyocr.fonts import korean_font
from train_easyocr.page_image import decode_grey
from train_easyocr.report.outcomes import Outcome, Panel, page_panels
from train_easyocr.scored_page import Results
from train_easyocr.terminal_text import printable

COLOURS = {"right": (0, 128, 60), "wrong": (205, 30, 30), "extra": (200, 110, 0), "missed": (40, 80, 210)}
LEGEND = {"right": "맞음 right", "wrong": "틀림 wrong", "extra": "불필요 extra", "missed": "놓침 missed"}
HEADER = 64
LINE = 2
TALLEST_PANEL, WIDEST_PANEL = 2000, 4000
MOST_PIXELS = 178_956_970
"""Larger pages are not drawn; Pillow takes them for an attack."""
MOST_BOXES = 3000
"""Pages with more words and readings than these are not drawn: nobody could read them, and they take minutes."""
LONGEST_TEXT = 100
"""Longer texts are cut off in the drawing."""
LONGEST_NAME = 240
"""Bytes of the name of a drawing without its ending; file systems allow 255."""

_NOT_IN_A_FILE_NAME = re.compile(r'[\\/:*?"<>|\s]')


def draw_page(image: Path, panels: Sequence[Panel], target: Path) -> None:
    """Draw a page once a panel, side by side, and write it as JPEG.

    Each reading stands above its box in the colour of its verdict; a missed word has its box alone.

    Raises:
        OSError: the image cannot be opened (`PIL.UnidentifiedImageError` is one).
        ValueError: the page is too large, or it has too many boxes.
    """
    boxes = max((len(outcomes) for _, outcomes in panels), default=0)
    if boxes > MOST_BOXES:
        raise ValueError(f"it has {boxes:,} words and readings, at most {MOST_BOXES:,} are drawn")
    page = _open_page(image)
    scale = min(1.0, TALLEST_PANEL / page.height, WIDEST_PANEL / page.width)
    # The page is paled, so that the readings stand out from the print that they lie over.
    small = page.resize((max(1, round(page.width * scale)), max(1, round(page.height * scale))))
    pale = small.point(lambda grey: 150 + grey * 105 // 255).convert("RGB")
    sheet = Image.new("RGB", (pale.width * max(1, len(panels)), pale.height + HEADER), "white")
    for number, (title, outcomes) in enumerate(panels):
        panel = pale.copy()
        for outcome in outcomes:
            _draw_outcome(panel, outcome, scale)
        sheet.paste(panel, (number * pale.width, HEADER))
        _draw_header(ImageDraw.Draw(sheet), title, outcomes, number * pale.width)
    with replacing(target) as temporary:
        sheet.save(temporary, "JPEG", quality=85)


def _open_page(image: Path) -> Image.Image:
    """Return the page in grey; its size is looked at before its pixels are unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # half of what is drawn already warns
            Image.open(image).close()
    except Image.DecompressionBombError:
        raise ValueError(f"it has more than {MOST_PIXELS:,} pixels") from None
    return Image.fromarray(decode_grey(image.read_bytes()))


def _draw_outcome(panel: Image.Image, outcome: Outcome, scale: float) -> None:
    draw = ImageDraw.Draw(panel)
    # What lies far outside is cut off just beyond the edge: Pillow walks along every pixel of a line, seen or not.
    xmin, ymin, xmax, ymax = (
        min(max(round(corner * scale), -LINE), side + LINE)
        for corner, side in zip(outcome.box, panel.size * 2, strict=True)
    )
    colour = COLOURS[outcome.verdict]
    draw.rectangle((xmin, ymin, max(xmin, xmax - 1), max(ymin, ymax - 1)), outline=colour, width=LINE)
    # What is missed stands on the page itself; its label would lie over its neighbours' readings.
    size = min(22, max(11, round((ymax - ymin) * 0.5)))
    place = (xmin + 1, max(0, ymin - size - 1))
    text = outcome.text if len(outcome.text) <= LONGEST_TEXT else f"{outcome.text[:LONGEST_TEXT]}…"
    draw.text(place, text, font=korean_font(size), fill=colour, stroke_width=2, stroke_fill="white")


def _draw_header(draw: ImageDraw.ImageDraw, title: str, outcomes: Sequence[Outcome], left: int) -> None:
    draw.text((left + 8, 4), title, font=korean_font(24), fill="black")
    x = left + 8
    for verdict, words in LEGEND.items():
        text = f"{words} {sum(outcome.verdict == verdict for outcome in outcomes)}"
        draw.text((x, 36), text, font=korean_font(18), fill=COLOURS[verdict])
        x += round(draw.textlength(text, font=korean_font(18))) + 24


def draw_results(results: Results, files: Mapping[str, Path], output: Path) -> dict[str, str]:
    """Draw pages into `output/pages`, in place of what it held.

    Args:
        results: what was scored.
        files: the image files of the pages to draw, by the names of the images.
        output: the folder of the results.

    Returns:
        The drawings that were made, path relative to `output`, by the names of the images.
    """
    pages = next(iter(next(iter(results.values())).values()))
    names = drawing_names(files)
    jobs = [
        (files[scored.image], page_panels(results, row), names[scored.image])
        for row, scored in enumerate(pages)
        if scored.image in files
    ]
    drawn = set(draw_pages(jobs, output / "pages"))
    return {image: f"pages/{name}" for image, name in names.items() if name in drawn}


def drawing_names(images: Iterable[str]) -> dict[str, str]:
    """Return a name for the drawing of each image: its path in one name, each name once and none too long for a disk.

    >>> drawing_names(["인.허가/5350093/2001/a 1.jpg"])
    {'인.허가/5350093/2001/a 1.jpg': '인.허가_5350093_2001_a_1.jpg'}
    """
    names: dict[str, str] = {}
    for image in images:
        name = _NOT_IN_A_FILE_NAME.sub("_", image.rpartition(".")[0] or image)
        if f"{name}.jpg" in names.values() or len(name.encode()) > LONGEST_NAME:
            kept = name.encode()[: LONGEST_NAME - 17].decode(errors="ignore")
            name = f"{kept}_{hashlib.sha256(image.encode()).hexdigest()[:16]}"
        names[image] = f"{name}.jpg"
    return names


def draw_pages(drawings: Sequence[tuple[Path, Sequence[Panel], str]], folder: Path) -> list[str]:
    """Draw pages given as (image file, panels, name of the drawing) into `folder`, in place of what it held.

    A page that cannot be drawn is named and left out: its scores stand elsewhere. Returns the names of the drawings
    that were made.
    """
    drawn = []
    with replacing_folder(folder) as new:
        progress = tqdm(drawings, "Drawing pages", unit="page")
        for image, panels, name in progress:
            try:
                draw_page(image, panels, new / name)
                drawn.append(name)
            except (OSError, ValueError, MemoryError) as error:  # PIL.UnidentifiedImageError is an OSError
                if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise
                progress.write(printable(f"{image}: cannot be drawn ({str(error) or type(error).__name__})"))
    return drawn
