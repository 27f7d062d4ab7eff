"""Progress of long work: a bar on a terminal, whole lines at intervals in a log."""

import sys
import zipfile

import pytest
from source_tree import ROOT, imported, source_files

from train_easyocr.easyocr_port.weights import PublishedFile, _download, md5
from train_easyocr.program import progress as module
from train_easyocr.program.progress import LINE_SECONDS, say, track


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test turns: seconds in a list of one."""
    seconds = [50.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: seconds[0])
    return seconds


def test_a_log_gets_a_line_now_and_then_with_the_time_left_and_one_at_the_end(clock, capsys):
    for _ in track("training: patches", 100, "page", range(100)):
        clock[0] += LINE_SECONDS / 40
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "training: patches: page 40 of 100, 0:00:20 passed, 0:00:30 left",
        "training: patches: page 80 of 100, 0:00:40 passed, 0:00:10 left",
        "training: patches: page 100 of 100, 0:00:50 passed",
    ]


def test_what_an_earlier_run_did_takes_no_time(clock, capsys):
    with track("patches", 100, "page", done=60) as bar:
        clock[0] += LINE_SECONDS
        bar.update(20)  # the other 20 take as long again
        bar.set_postfix_str("loss 1.5")
        clock[0] += 5
        bar.update(5)
    assert capsys.readouterr().err.splitlines() == [
        "patches: page 80 of 100, 0:00:20 passed, 0:00:20 left",
        "patches: page 85 of 100, 0:00:25 passed, loss 1.5",
    ]


def test_brief_and_hidden_work_leaves_nothing_in_a_log_unless_it_takes_long(clock, capsys):
    assert list(track("Validating", 9, "batch", "abc", brief=True)) == ["a", "b", "c"]
    for _ in track("hidden", 9, "batch", range(9), hidden=True):
        clock[0] += 1000
    assert capsys.readouterr().err == ""
    for _ in track("Validating", 2, "batch", range(2), brief=True):
        clock[0] += LINE_SECONDS - 1
    assert capsys.readouterr().err == "Validating: batch 2 of 2, 0:00:38 passed\n"


def test_work_that_fails_tells_how_far_it_came(clock, capsys):
    with pytest.raises(OSError, match="full"), track("unzip", 9, "file", range(9)) as files:
        for number in files:
            if number == 4:
                raise OSError("full")
    assert capsys.readouterr().err == "unzip: file 4 of 9, 0:00:00 passed\n"


def test_nothing_to_do_takes_no_line_and_the_last_unit_ends_the_work(clock, capsys):
    assert list(track("validation: patches", 0, "page", ())) == []
    with pytest.raises(OSError), track("unzip", 9, "file"):
        raise OSError
    assert capsys.readouterr().err == ""
    work = track("Making the sample", 2, "page")
    work.update(2)
    assert capsys.readouterr().err == "Making the sample: page 2 of 2, 0:00:00 passed\n"
    work.close()
    assert capsys.readouterr().err == ""


def test_a_terminal_gets_a_bar_with_the_time_left(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    for number in track("training: patches", 3, "page", range(3)):
        if number == 1:
            say("a page has no label")
    written = capsys.readouterr()
    assert written.out == "a page has no label\n"
    assert "\rtraining: patches: 100%|" in written.err and "3/3 [00:00<00:00" in written.err
    assert list(track("hidden", 2, "page", range(2), hidden=True)) == [0, 1]
    assert capsys.readouterr().err == ""


def test_a_line_in_between_is_a_line(capsys):
    say("resumed")
    assert capsys.readouterr() == ("resumed\n", "")


def test_all_bars_of_the_product_are_made_in_one_place():
    modules = source_files(ROOT)
    using = [
        name
        for name, path in modules.items()
        if any(target.split(".")[0] == "tqdm" for _, target in imported(path, name, set(modules)))
    ]
    assert using == ["train_easyocr.program.progress"]


def test_a_download_into_a_log_draws_no_bar(tmp_path, capsys):
    (tmp_path / "weights.pth").write_bytes(bytes(100_000))
    with zipfile.ZipFile(tmp_path / "weights.zip", "w") as archive:
        archive.write(tmp_path / "weights.pth", "weights.pth")
    published = PublishedFile("weights.pth", (tmp_path / "weights.zip").as_uri(), md5(tmp_path / "weights.pth"))
    _download(published, tmp_path / "model" / "weights.pth")
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("Downloading weights.pth from ")
