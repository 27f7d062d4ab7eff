"""A file or folder that is replaced is either the old one or the whole new one, never a part."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from train_easyocr.program.atomic import (
    copy_file,
    put_in_place,
    read_json,
    remove_leftovers,
    replacing,
    replacing_folder,
    write_json,
    write_text,
)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_block_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    write_text(tmp_path / "a.txt", "old")
    with pytest.raises(ValueError), replacing(tmp_path / "a.txt") as part:
        part.write_text("half")
        raise ValueError
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("umask", [0o022, 0o027, 0o077, 0o002])
def test_files_and_folders_obey_the_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        write_text(tmp_path / "a.txt", "")
        with replacing_folder(tmp_path / "folder"):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o666 & ~umask
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o777 & ~umask


@pytest.mark.parametrize("name", ["가" * 80 + ".json", "no_suffix", "a." + "x" * 200, ".hidden", "한 글.tar.gz"])
def test_any_name_that_the_disk_takes_is_written(tmp_path, name):
    write_text(tmp_path / name, "new")
    assert names(tmp_path) == [name]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told_under_the_name_of_the_file(tmp_path):
    with pytest.raises(OSError) as caught, replacing(tmp_path / "a.txt") as part:
        part.unlink()
        part.symlink_to("/dev/full")
        part.write_text("text")
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(tmp_path / "a.txt"))


def test_a_failed_copy_leaves_the_old_file(tmp_path):
    target = tmp_path / "target"
    target.write_text("old")
    with pytest.raises(FileNotFoundError):
        copy_file(tmp_path / "absent", target)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_a_copy_that_its_disk_refuses_is_told_under_the_name_that_it_would_have_got(tmp_path):
    resource = pytest.importorskip("resource")
    (tmp_path / "source").write_bytes(bytes(5000))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="too large") as error:
            copy_file(tmp_path / "source", tmp_path / "target")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert error.value.filename == str(tmp_path / "target")


def test_json_comes_back_and_is_none_where_there_is_none(tmp_path):
    write_json(tmp_path / "a.json", {"이름": [1, None]})
    assert read_json(tmp_path / "a.json") == {"이름": [1, None]}
    assert "이름" in (tmp_path / "a.json").read_text(encoding="utf-8")
    assert read_json(tmp_path / "b.json") is None


def test_what_a_killed_run_left_is_removed_and_nothing_else(tmp_path):
    script = (
        "import os, sys\nfrom pathlib import Path\n"
        "from train_easyocr.program.atomic import replacing, replacing_folder\n"
        "folder = Path(sys.argv[1])\n"
        "with replacing(folder / 'a.json'), replacing_folder(folder / 'b'): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    for kept in (".a.json", "a.12345678.part", ".notes.part"):
        (tmp_path / kept).touch()
    assert len(names(tmp_path)) == 5
    remove_leftovers(tmp_path)
    with replacing_folder(tmp_path / "b") as new:
        assert names(new) == []
    assert names(tmp_path) == sorted([".a.json", "a.12345678.part", ".notes.part", "b"])


def test_a_folder_takes_the_place_of_another_one_whole(tmp_path):
    for _ in range(2):
        with replacing_folder(tmp_path / "pages") as new:
            (new / "1.jpg").touch()
    with pytest.raises(ValueError), replacing_folder(tmp_path / "pages") as new:
        (new / "2.jpg").touch()
        raise ValueError
    assert names(tmp_path) == ["pages"]
    assert names(tmp_path / "pages") == ["1.jpg"]


def other_disk(tmp_path):
    shared_memory = Path("/dev/shm")
    if not shared_memory.is_dir() or shared_memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("needs a second file system")
    return shared_memory


def test_a_linked_folder_stays_a_link_and_its_disk_gets_the_new_content(tmp_path):
    disk = other_disk(tmp_path) / f"train_easyocr_test_{os.getpid()}"
    try:
        (disk / "set").mkdir(parents=True)
        (disk / "set/old.png").touch()
        target, staged = tmp_path / "set", tmp_path / "staged"
        target.symlink_to(disk / "set")
        staged.mkdir()
        (staged / "new.png").write_text("새")
        put_in_place(staged, target)
        assert target.is_symlink()
        assert names(disk) == ["set"] and names(disk / "set") == ["new.png"]
        assert names(tmp_path) == ["set"]
    finally:
        subprocess.run(["rm", "-rf", str(disk)], check=True)
