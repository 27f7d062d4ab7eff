"""The cache of score maps returns them to the bit, keeps its size limit, and survives damage and killed runs."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from train_easyocr.easyocr_port.engine import detector as detector_module
from train_easyocr.easyocr_port.engine.detection_cache import ScoreMapCache, ScoreMaps, clear_cache, open_cache
from train_easyocr.easyocr_port.engine.detector import detector_name
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING, WORD_GROUPING
from train_easyocr.pages.provenance import sha256
from train_easyocr.program.versions import source_digest


def pixels(*values):
    """A page of one row."""
    return np.array([values], np.uint8)


PAGE = pixels(1, 2, 3)


def maps(seed=0):
    random = np.random.default_rng(seed)
    return ScoreMaps(random.random((2, 20, 30), np.float32), 0.5)


class Detector:
    """Counts how often it is run."""

    def __init__(self):
        self.runs = 0

    def __call__(self):
        self.runs += 1
        return maps()


@pytest.fixture
def detector():
    return Detector()


def test_a_page_is_detected_once_and_its_maps_come_back_to_the_last_bit(tmp_path, detector):
    first = ScoreMapCache(tmp_path, 1 << 20, "craft").get_or_make(PAGE, DEFAULT_GROUPING, detector)
    second = ScoreMapCache(tmp_path, 1 << 20, "craft").get_or_make(PAGE, DEFAULT_GROUPING, detector)
    assert detector.runs == 1
    assert np.array_equal(first.maps, second.maps)
    assert second.ratio == 0.5 and second.maps.dtype == np.float32


def test_grouping_does_not_matter_but_all_that_the_detector_sees_does(tmp_path, detector):
    cache = ScoreMapCache(tmp_path, 1 << 20, "craft")
    cache.get_or_make(PAGE, DEFAULT_GROUPING, detector)
    for options in (WORD_GROUPING, replace(DEFAULT_GROUPING, text_threshold=0.5, add_margin=0.3, min_size=3)):
        cache.get_or_make(PAGE, options, detector)
    assert detector.runs == 1
    cache.get_or_make(pixels(1, 2, 4), DEFAULT_GROUPING, detector)
    cache.get_or_make(PAGE, replace(DEFAULT_GROUPING, mag_ratio=1.5), detector)
    cache.get_or_make(PAGE, replace(DEFAULT_GROUPING, canvas_size=1280), detector)
    ScoreMapCache(tmp_path, 1 << 20, "another craft").get_or_make(PAGE, DEFAULT_GROUPING, detector)
    cache.get_or_make(PAGE.T, DEFAULT_GROUPING, detector)  # the same bytes in another shape
    assert detector.runs == 6


def test_a_damaged_entry_is_made_again(tmp_path, detector):
    cache = ScoreMapCache(tmp_path, 1 << 20, "craft")
    cache.get_or_make(PAGE, DEFAULT_GROUPING, detector)
    [entry] = tmp_path.glob("*.npz")
    entry.write_bytes(entry.read_bytes()[:100])
    cache.get_or_make(PAGE, DEFAULT_GROUPING, detector)
    assert detector.runs == 2


def test_what_was_used_longest_ago_goes_first(tmp_path, detector):
    size = 3 * 5000
    cache = ScoreMapCache(tmp_path, size, "craft")
    for number in range(3):
        cache.get_or_make(pixels(number), DEFAULT_GROUPING, detector)
        path = tmp_path / f"{cache.key(pixels(number), DEFAULT_GROUPING)}.npz"
        os.utime(path, (number, number))
    assert detector.runs == 3
    cache.get_or_make(pixels(0), DEFAULT_GROUPING, detector)  # used now, so 1 is the oldest
    cache.get_or_make(pixels(9), DEFAULT_GROUPING, detector)
    assert detector.runs == 4
    assert sum(path.stat().st_size for path in tmp_path.glob("*.npz")) <= size
    cache.get_or_make(pixels(0), DEFAULT_GROUPING, detector)
    assert detector.runs == 4
    cache.get_or_make(pixels(1), DEFAULT_GROUPING, detector)
    assert detector.runs == 5


def test_a_limit_of_0_keeps_nothing(tmp_path, detector):
    cache = ScoreMapCache(tmp_path / "cache", 0, "craft")
    for _ in range(2):
        cache.get_or_make(PAGE, DEFAULT_GROUPING, detector)
    assert detector.runs == 2 and not (tmp_path / "cache").exists()


def test_clearing_removes_entries_and_nothing_else(tmp_path, detector):
    ScoreMapCache(tmp_path, 1 << 20, "craft").get_or_make(PAGE, DEFAULT_GROUPING, detector)
    (tmp_path / "data.npz").write_text("mine")
    count, size = clear_cache(tmp_path)
    assert count == 1 and size > 0
    assert [path.name for path in tmp_path.iterdir()] == ["data.npz"]
    assert clear_cache(tmp_path / "nothing") == (0, 0)


def test_what_a_killed_run_left_half_written_is_removed_and_nothing_that_is_being_written(tmp_path, detector):
    old, new = (tmp_path / f".{'0' * 40}.{digit * 8}.part.npz" for digit in "12")
    for file in (old, new):
        file.write_bytes(b"half")
    os.utime(old, (0, 0))
    ScoreMapCache(tmp_path, 1 << 20, "craft").get_or_make(PAGE, DEFAULT_GROUPING, detector)
    assert not old.exists() and new.exists()


@pytest.fixture
def read_only_folder():
    """A folder with one entry into which nobody may write, not even root, who is somebody else meanwhile."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "score_maps"
        ScoreMapCache(folder, 1 << 20, "craft").get_or_make(PAGE, DEFAULT_GROUPING, Detector())
        Path(name).chmod(0o755)
        folder.chmod(0o555)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(user)
            folder.chmod(0o755)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="Windows has other permissions")
def test_a_folder_into_which_nobody_may_write_is_read_from(read_only_folder, detector):
    cache = ScoreMapCache(read_only_folder, 1 << 20, "craft")
    cache.get_or_make(PAGE, DEFAULT_GROUPING, detector)
    assert detector.runs == 0
    cache.get_or_make(pixels(9), DEFAULT_GROUPING, detector)
    assert detector.runs == 1
    inside = ScoreMapCache(read_only_folder / "not there", 1 << 20, "craft")
    inside.get_or_make(PAGE, DEFAULT_GROUPING, detector)
    assert detector.runs == 2
    assert not open_cache(inside.folder, inside.limit)


def test_a_folder_that_is_a_file_is_an_error_and_no_page_without_a_cache(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FileExistsError):
        open_cache(tmp_path / "file", 1 << 20)
    assert open_cache(tmp_path / "folder", 1 << 20)
    assert not open_cache(tmp_path / "none", 0) and not (tmp_path / "none").exists()


@pytest.mark.parametrize("package", ["easyocr", "torch", "opencv-python-headless"])
def test_another_version_is_another_detector(package, monkeypatch):
    before, changed = detector_name(False), detector_module.versions() | {package: "another"}
    monkeypatch.setattr(detector_module, "versions", lambda: changed)
    assert detector_name(False) != before


def test_the_device_and_our_own_code_are_part_of_the_detectors_name(monkeypatch):
    names = {detector_name(False), detector_name(True)}
    digest = detector_module.source_digest
    monkeypatch.setattr(detector_module, "source_digest", lambda *files: digest(*files, Path(__file__)))
    assert len(names | {detector_name(False)}) == 3


def test_score_maps_of_a_trained_detector_are_kept_apart_by_the_content_of_its_file(tmp_path):
    (tmp_path / "a.pth").write_bytes(b"one")
    (tmp_path / "b.pth").write_bytes(b"another")
    (tmp_path / "c.pth").write_bytes(b"one")
    own, *trained = [detector_name(False), *(detector_name(False, tmp_path / f"{name}.pth") for name in "abc")]
    assert trained[0] == trained[2] and len({own, *trained}) == 3
    assert trained[0].split()[0] == sha256(tmp_path / "a.pth")[:16]
    assert trained[0].split()[1:] == own.split()[1:]


def test_a_digest_of_sources_changes_with_each_byte_and_not_with_their_order(tmp_path):
    a, b = tmp_path / "a.py", tmp_path / "b.py"
    a.write_text("x = 1\n")
    b.write_text("y = 2\n")
    before = source_digest(a, b)
    assert source_digest(b, a) == before
    b.write_text("y = 3\n")
    assert source_digest(a, b) != before
