"""A small evaluation set in AI-Hub's format, drawn for the tests of step 5."""

import json

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from train_easyocr.program.fonts import font_path

FONT = font_path()
LINES = [["Gimhae", "2001.06.15", "54,500"], ["(055)330-3331", "No.", "김해시"], ["Total", "report"]]


def write_evaluation_set(folder, pages=2, size=(420, 180)):
    """Write `pages` pages of eight words each below `folder`; return the label files."""
    return [write_page(folder, f"인.허가/5350093/2001/5350093-2001-0001-{number:04d}", size) for number in range(pages)]


def write_page(folder, name, size=(420, 180)):
    page, annotations = Image.new("L", size, 240), []
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(str(FONT), 26)
    for row, line in enumerate(LINES):
        x = 15
        for word in line:
            xmin, ymin, xmax, ymax = draw.textbbox((x, 20 + 50 * row), word, font=font)
            draw.text((x, 20 + 50 * row), word, font=font, fill=20)
            annotations.append({"annotation.text": word, "annotation.bbox": [xmin, ymin, xmax - xmin, ymax - ymin]})
            x = xmax + 24
    annotations = [
        {"id": number, "annotation.type": "rectangle", "annotation.ttype": "textType1", **annotation}
        for number, annotation in enumerate(annotations)
    ]
    image = {
        "image.make.code": "5350093",
        "image.make.year": "2001",
        "image.category": "인.허가",
        "image.width": size[0],
        "image.height": size[1],
        "image.file.name": f"{name.rsplit('/', 1)[-1]}.jpg",
    }
    files = [folder / "images" / f"{name}.jpg", folder / "labels" / f"{name}.json"]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(len(name)).normal(0, 6, np.array(page).shape)
    Image.fromarray(np.clip(np.array(page) + noise, 0, 255).astype(np.uint8)).save(files[0], quality=95)
    files[1].write_text(json.dumps({"images": [image], "annotations": annotations}, ensure_ascii=False), "utf-8")
    return files[1]


def spoil(label, changes):
    """Change annotations of a label file: their number to what is changed of them."""
    content = json.loads(label.read_text(encoding="utf-8"))
    for number, change in changes.items():
        annotation = content["annotations"][number]
        annotation.update({f"annotation.{key}": value for key, value in change.items()})
    label.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return label


def polygon_of(label, number):
    x, y, width, height = json.loads(label.read_bytes())["annotations"][number]["annotation.bbox"]
    return [x, y, x + width, y, x + width, y + height, x, y + height]
