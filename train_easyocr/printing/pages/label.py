"""The label file of a page that we print, in the schema of AI-Hub's dataset 88 and with its oddities."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

from train_easyocr.pages.records import Box


def label_json(
    texts: Sequence[str], boxes: Sequence[Box], page_size: tuple[int, int], stem: str, category: str, seed: str
) -> bytes:
    """Write the label of page `stem`, `agency-year-binder-number`: UTF-8 with CRLF line ends.

    `boxes` are xmin, ymin, xmax, ymax in pixels, the file has x, y, width, height. In one page of six an id occurs
    twice, as annotation tools left it in real ones.
    """
    rng = random.Random(seed)
    agency, year, _, _ = stem.split("-")
    clock = f"{rng.randint(9, 18):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}"
    ids = list(range(1, len(texts) + 1))
    if rng.random() < 1 / 6 and len(ids) > 1:
        ids[rng.randrange(1, len(ids))] = ids[0]
    label = {
        "images": [
            {
                "image.make.code": agency,
                "image.make.year": year,
                "image.category": category,
                "image.width": page_size[0],
                "image.height": page_size[1],
                "image.file.name": f"{stem}.jpg",
                "image.create.time": f"2020-12-{rng.randint(1, 28):02} {clock}",
            }
        ],
        "annotations": [
            {
                "id": number,
                "annotation.type": "rectangle",
                "annotation.text": text,
                "annotation.ttype": "textType1",
                "annotation.bbox": [box[0], box[1], box[2] - box[0], box[3] - box[1]],
            }
            for number, text, box in zip(ids, texts, boxes, strict=True)
        ],
    }
    return (json.dumps(label, ensure_ascii=False, indent=2) + "\n").replace("\n", "\r\n").encode("utf-8")
