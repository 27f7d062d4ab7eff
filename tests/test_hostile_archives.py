"""Step 2 as a real process on archives that nobody should trust: no traceback, nothing lost without a word."""

import json
import os
import zipfile
from pathlib import Path

from archive_factory import label_bytes, label_dict, page_image, write_zip
from test_prepare_dataset import run_script

from train_easyocr.dataset.opening import open_store


def prepared(tmp_path, *options):
    """Prepare `tmp_path`/data; return the finished process and its report."""
    done = run_script("--dataset", tmp_path / "data", "--output", tmp_path / "out", "--workers", 1, *options)
    assert done.returncode == 0, done.stderr
    return done, json.loads((tmp_path / "out/dataset_report.json").read_text(encoding="utf-8"))


def counts(log):
    return {reason: entry["count"] for reason, entry in log.items()}


def write_pages(folder: Path, labels: dict[str, bytes], images: dict[str, bytes] | None = None) -> None:
    write_zip(folder / "l.zip", {f"{name}.json": data for name, data in labels.items()}, cp949=False)
    images = images or {f"{name}.jpg": page_image() for name in labels}
    write_zip(folder / "i.zip", images, cp949=False, method=zipfile.ZIP_STORED)


def test_labels_that_are_no_texts_or_too_long_or_full_of_escapes(tmp_path):
    texts = ["54,500", "\x1b[2J결재\x07", "가" * 140_000, "\ud800", "\ufeff", "\u202e뒤집힌", "a\r\nb"]
    hostile = label_dict(
        [(text, (10, 10 + 30 * row, 50, 20)) for row, text in enumerate(texts)], category="인\ud800\x1b]0;"
    )
    hostile["annotations"].append({"annotation.text": 0, "annotation.bbox": [100, 10, 50, 20]})
    number = json.dumps(hostile).replace('"annotation.text": 0', '"annotation.text": 54.50')
    labels = {
        "인.허가/1/2001/a": number.encode(),
        "인.허가/1/2001/b\x1b[31m": json.dumps({"\ud800\x1b[2J": 1}).encode(),
        "인.허가/1/2001/c": b'{"images": ' + b"9" * 5000 + b', "annotations": []}',
    }
    write_pages(tmp_path / "data/Training", labels)
    done, report = prepared(tmp_path, "--training")
    facts = report["sets"]["training"]
    assert counts(facts["dropped_pages"]) == {"label: unknown schema": 1, "label: malformed label": 1}
    assert counts(facts["dropped_words"]) == {
        "word of more than 1,000 characters": 1,
        "word with NUL or a lone surrogate": 1,
        "word without text": 1,
    }
    # Exactly as labelled, in labels.csv and in the report; escapes are shown, not obeyed, on the terminal.
    store = open_store(tmp_path / "out/training_and_validation_set/training/documents")
    assert list(store.texts) == ["54,500", "\x1b[2J결재\x07", "\u202e뒤집힌", "a\r\nb", "54.50"]
    assert list(facts["categories"]) == ["인\ud800\x1b]0;"]
    printed = done.stdout + done.stderr.replace("\r", "")
    assert not set(printed) & set("\x1b\x07\x9b\u202e") and "\\x1b[2J" in printed
    assert "인\\ud800\\x1b]0; 1" in printed


def test_names_of_archives_that_are_no_unicode_or_hold_escapes(tmp_path):
    write_pages(tmp_path / "data/Training", {"인.허가/1/2001/a": label_bytes()})
    (tmp_path / "data/Training/l.zip").rename(tmp_path / "data/Training" / os.fsdecode(b"\xff\x1b[2J.zip"))
    done, report = prepared(tmp_path, "--training")
    assert report["archives"][0]["name"] == "i.zip"
    assert report["archives"][1]["name"] == "\udcff\x1b[2J.zip"
    assert "\\udcff\\x1b[2J.zip" in done.stdout and "\x1b" not in done.stdout
