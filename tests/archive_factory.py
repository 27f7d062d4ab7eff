"""Small archives in AI-Hub's format, built by the tests themselves. No page of the real dataset is in here."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from train_easyocr.dataset.archives.pairing import PageSource
from train_easyocr.dataset.prepare import PreparationPlan
from train_easyocr.dataset.sets.splits import SET_NAMES, PageCounts

PAGE_NAME = "인.허가/5350093/2001/p"
DEFAULT_WORDS = (("김해시장", (20, 30, 90, 24)), ("54,500", (130, 30, 60, 24)), ('"건의', (20, 80, 60, 24)))


class _RawNameInfo(zipfile.ZipInfo):
    """A member whose name is stored as CP949 bytes without the UTF-8 flag, as AI-Hub's zips have them."""

    def _encodeFilenameFlags(self):  # noqa: N802 - the name is zipfile's
        return self.filename.encode("cp949"), self.flag_bits & ~0x800


def write_zip(path: Path, members: dict[str, bytes], *, cp949: bool = True, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write `members` (name to contents) as a zip."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            info = (_RawNameInfo if cp949 else zipfile.ZipInfo)(name, (2020, 12, 16, 4, 34, 42))
            info.compress_type = method
            file.writestr(info, data)
    return path


def page_image(width: int = 240, height: int = 320, seed: int = 0, ending: str = ".jpg") -> bytes:
    """Draw a noisy page with dark bars where words could be."""
    noise = np.random.default_rng(seed)
    page = noise.integers(215, 245, (height, width, 3), dtype=np.uint8)
    for top in range(30, height - 20, 50):
        cv2.rectangle(page, (20, top), (int(noise.integers(60, width - 20)), top + 20), (40, 40, 60), 2)
    return cv2.imencode(ending, page)[1].tobytes()


def label_dict(
    words=DEFAULT_WORDS, *, width=240, height=320, category="인.허가", agency="5350093", year="2001", stem="p"
):
    """Return a label of 공공행정문서 OCR; `words` are (text, (x, y, width, height))."""
    image = {
        "image.make.code": agency,
        "image.make.year": year,
        "image.category": category,
        "image.width": width,
        "image.height": height,
        "image.file.name": f"{stem}.jpg",
        "image.create.time": "2020-12-16 04:34:43",
    }
    annotations = [
        {"id": 1, "annotation.type": "rectangle", "annotation.text": text, "annotation.ttype": "textType1"}
        | {"annotation.bbox": list(box)}
        for text, box in words
    ]
    return {"images": [image], "annotations": annotations}


def label_bytes(words=DEFAULT_WORDS, **fields) -> bytes:
    """Return a label file as AI-Hub writes it: UTF-8 with CRLF line ends."""
    text = json.dumps(label_dict(words, **fields), ensure_ascii=False, indent=2)
    return text.replace("\n", "\r\n").encode("utf-8")


def page_name(number: int, category: str = "인.허가", agency: str = "5350093", year: str = "2001") -> str:
    """Return a page's key: category/agency/year/stem."""
    return f"{category}/{agency}/{year}/{agency}-{year}-0001-{number:04d}"


def write_dataset(dataset: Path, training: int = 6, validation: int = 6, words=DEFAULT_WORDS) -> Path:
    """Write the archives of a whole small dataset: training images in two zips, everything else in one each."""
    names = [page_name(number, agency=f"535{number % 3:04d}") for number in range(training)]
    write_split(
        dataset / "Training",
        names,
        words,
        image_zips=("[원천]train1.zip", "[원천]train2.zip"),
        label_zip="[라벨]train.zip",
    )
    names = [page_name(1000 + number, "도시개발", f"636{number % 3:04d}", "1999") for number in range(validation)]
    write_split(
        dataset / "Validation", names, words, image_zips=("[원천]validation.zip",), label_zip="[라벨]validation.zip"
    )
    return dataset


def write_split(folder: Path, names, words, image_zips, label_zip) -> None:
    """Write the label zip of `names`, and deal their images out to `image_zips`."""
    labels = {}
    images = {name: {} for name in image_zips}
    for number, name in enumerate(names):
        category, agency, year, stem = name.split("/")
        more = ((f"{number}호", (20, 130, 40, 24)), (chr(ord("가") + 28 * number), (100, 130, 30, 28)))
        labels[f"01.라벨링데이터(Json)/{name}.json"] = label_bytes(
            (*words, *more), category=category, agency=agency, year=year, stem=stem
        )
        images[image_zips[number % len(image_zips)]][f"02.원천데이터(jpg)/{name}.jpg"] = page_image(seed=number)
    write_zip(folder / label_zip, labels)
    for zip_name, members in images.items():
        write_zip(folder / zip_name, members, method=zipfile.ZIP_STORED)


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder` by its relative path, without what belongs to a run only."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".preparing" not in path.parts and path.name != ".lock"
    }


COUNTS = PageCounts(4, 2, 2, 1, detection_training=1, detection_validation=1)


def plan_for(dataset, output, **changes):
    plan = PreparationPlan(
        archive_folder=dataset,
        output=output,
        sets=SET_NAMES,
        counts=COUNTS,
        seed=1,
        charset=frozenset("김해시장0123456789,"),
    )
    return replace(plan, **changes)


class Bytes:
    """A page's file that is in memory."""

    def __init__(self, data):
        self.data, self.key, self.ending, self.size, self.crc = data, PAGE_NAME, ".jpg", len(data), 0

    def read(self):
        return self.data


def source(words=(), image=None, name=PAGE_NAME, **fields):
    return PageSource(name, Bytes(label_bytes(words, **fields)), Bytes(page_image() if image is None else image))


def decoded(png, flag=cv2.IMREAD_UNCHANGED):
    return cv2.imdecode(np.frombuffer(png, np.uint8), flag)
