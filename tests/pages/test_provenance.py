"""Where a result comes from."""

import hashlib
from dataclasses import replace

from train_easyocr.pages.provenance import checkpoint_of, labels_sha256, sha256
from train_easyocr.pages.records import Page, Word

PAGE = Page("인.허가/1/2001/a", "인.허가", "2001", 100, 100, (Word("결재", (0, 0, 9, 9)),), "public documents")


def test_the_checkpoint_of_installed_weights_is_found_by_its_bytes(tmp_path):
    for name, content in {"first/iter_1.pth": b"1", "second/best_norm_ed.pth": b"2", "second/iter_2.pth": b"2"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    weights = tmp_path / "finetuned.pth"
    weights.write_bytes(b"2")
    assert checkpoint_of(weights, tmp_path, "second/iter_2.pth") == tmp_path / "second/iter_2.pth"
    assert checkpoint_of(weights, tmp_path, "gone/best_norm_ed.pth") == tmp_path / "second/best_norm_ed.pth"
    weights.write_bytes(b"3")
    assert checkpoint_of(weights, tmp_path, "second/iter_2.pth") is None
    assert checkpoint_of(weights, tmp_path / "nowhere", "a/b.pth") is None
    assert sha256(weights) == hashlib.sha256(b"3").hexdigest()


def test_the_sum_of_labels_changes_with_each_text_and_box():
    whole = labels_sha256([PAGE])
    assert whole == labels_sha256([PAGE])
    for word in (Word("결제", (0, 0, 9, 9)), Word("결재", (0, 0, 9, 8))):
        assert labels_sha256([replace(PAGE, words=(word,))]) != whole
    assert labels_sha256([replace(PAGE, words=(), ignored=PAGE.words)]) != whole
    assert labels_sha256([replace(PAGE, words=(Word("\ud800", (0, 0, 9, 9)),))])
