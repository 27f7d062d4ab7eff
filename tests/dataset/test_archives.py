"""Zips with every quirk of AI-Hub's: names in CP949, split downloads, different root folders."""

import struct
import unicodedata
import zipfile
from dataclasses import replace

import pytest
from archive_factory import label_bytes, page_image, page_name, write_zip
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from train_easyocr.dataset.archives.finding import find_archives
from train_easyocr.dataset.archives.member_names import UnsafeNameError, page_key
from train_easyocr.dataset.archives.members import DamagedMemberError, PartsReader, close_archives
from train_easyocr.dataset.archives.pairing import first_of_each, pair_pages
from train_easyocr.dataset.archives.zips import read_contents
from train_easyocr.dataset.drops import DropLog
from train_easyocr.program.errors import UserError

NAME = page_name(1)


def contents_of(dataset):
    return [read_contents(archive) for archive in find_archives(dataset)]


def pages_of(dataset):
    drops = DropLog()
    members = (member for contents in contents_of(dataset) for member in contents.members)
    return pair_pages(first_of_each(members, drops), drops), drops


def split_file(path, sizes, suffixes):
    data = path.read_bytes()
    path.unlink()
    for size, suffix in zip(sizes, suffixes, strict=True):
        path.with_name(f"{path.name}.part{suffix}").write_bytes(data[:size])
        data = data[size:]
    assert not data


def one_pair(folder, name=NAME):
    write_zip(folder / "[라벨]a.zip", {f"01.라벨링데이터(Json)/{name}.json": label_bytes()})
    write_zip(folder / "[원천]a.zip", {f"02.원천데이터(jpg)/{name}.jpg": page_image()})


class TestWhereArchivesAre:
    @pytest.mark.parametrize(
        ("folder", "split"),
        [
            ("Training", "training"),
            ("Validation", "validation"),
            ("032.공공행정문서 OCR/01.데이터/01.Training", "training"),
            ("032.공공행정문서 OCR/01.데이터/2.validation/원천데이터", "validation"),
            (unicodedata.normalize("NFD", "데이터/1. Training"), "training"),
        ],
    )
    def test_the_folder_tells_the_split(self, tmp_path, folder, split):
        write_zip(tmp_path / folder / "[원천]a.zip", {"a.jpg": b"x"})
        assert [archive.split for archive in find_archives(tmp_path)] == [split]

    def test_archives_elsewhere_and_leftovers_of_macos_are_not_the_datasets(self, tmp_path):
        write_zip(tmp_path / "Training/a.zip", {"a.jpg": b"x"})
        write_zip(tmp_path / "other/b.zip", {"a.jpg": b"x"})
        (tmp_path / "Training/._a.zip").write_bytes(b"x")
        assert [archive.name for archive in find_archives(tmp_path)] == ["a.zip"]

    def test_split_folders_may_be_links_to_another_disk(self, tmp_path):
        write_zip(tmp_path / "disk/train/[원천]a.zip", {"a.jpg": b"x"})
        (tmp_path / "dataset").mkdir()
        (tmp_path / "dataset/Training").symlink_to(tmp_path / "disk/train", target_is_directory=True)
        (archive,) = find_archives(tmp_path / "dataset")
        assert (archive.split, archive.name) == ("training", "[원천]a.zip")

    def test_links_that_lead_back_up_are_not_walked_in_circles(self, tmp_path):
        write_zip(tmp_path / "Training/a.zip", {"a.jpg": b"x"})
        (tmp_path / "Training/up").symlink_to(tmp_path, target_is_directory=True)
        (tmp_path / "one").mkdir()
        (tmp_path / "two").mkdir()
        (tmp_path / "one/other").symlink_to(tmp_path / "two", target_is_directory=True)
        (tmp_path / "two/other").symlink_to(tmp_path / "one", target_is_directory=True)
        assert [archive.name for archive in find_archives(tmp_path)] == ["a.zip"]

    @pytest.mark.parametrize("name", ["a.zip", "a.zip.part0"])
    def test_a_link_to_an_archive_that_is_not_there_is_named(self, tmp_path, name):
        (tmp_path / "Training").mkdir()
        (tmp_path / "Training" / name).symlink_to(tmp_path / "unmounted/a.zip")
        with pytest.raises(UserError, match=rf"{name}: is a link to .*unmounted/a.zip, which is not there"):
            find_archives(tmp_path)

    def test_a_missing_folder_and_a_folder_without_archives_are_told_in_one_line(self, tmp_path):
        for folder in (tmp_path / "missing", tmp_path):
            with pytest.raises(UserError, match=str(folder)):
                find_archives(folder)

    def test_the_members_tell_the_role_whatever_the_name_of_the_zip(self, tmp_path):
        write_zip(
            tmp_path / "Training/[라벨]but images.zip", {"a/b/c/x.JPG": b"1", "a/b/c/y.Jpeg": b"2", "note.txt": b""}
        )
        (contents,) = contents_of(tmp_path)
        assert (contents.image_count, contents.label_count, contents.other_members) == (2, 0, 1)


class TestMemberNames:
    @pytest.mark.parametrize("cp949", [True, False])
    def test_names_in_cp949_without_the_flag_and_in_utf8_with_it_are_read(self, tmp_path, cp949):
        write_zip(tmp_path / "Training/[원천]a.zip", {f"02.원천데이터(jpg)/{NAME}.jpg": b"x"}, cp949=cp949)
        (contents,) = contents_of(tmp_path)
        assert contents.members[0].key == NAME

    def test_names_in_utf8_without_the_flag_are_read(self, tmp_path):
        path = write_zip(tmp_path / "Training/a.zip", {f"02.원천데이터(jpg)/{NAME}.jpg": b"x"}, cp949=False)
        data = bytearray(path.read_bytes())
        for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = data.index(signature) + flags_at
            data[at : at + 2] = struct.pack("<H", struct.unpack("<H", data[at : at + 2])[0] & ~0x800)
        path.write_bytes(data)
        (contents,) = contents_of(tmp_path)
        assert contents.members[0].key == NAME

    @pytest.mark.parametrize(
        ("member", "key"),
        [
            ("01.라벨링데이터(Json)/인.허가/1/2001/a.json", "인.허가/1/2001/a"),
            ("02.원천데이터(Jpg)/인.허가/1/2001/a.jpg", "인.허가/1/2001/a"),
            ("2.원천데이터_부분라벨링/인.허가/1/2001/a.jpg", "인.허가/1/2001/a"),
            ("라벨데이터/a.json", "a"),
            ("인.허가/1/2001/a.b.json", "인.허가/1/2001/a.b"),
            ("./인.허가//1/a.json", "인.허가/1/a"),
            ("주민복지/[1]/a[2].json", "주민복지/[1]/a[2]"),
            ("원천데이터.jpg", "원천데이터"),
            ("__MACOSX/a/._b.jpg", None),
            ("a/._b.jpg", None),
        ],
    )
    def test_only_the_root_folder_and_the_ending_are_stripped(self, member, key):
        assert page_key(member) == key

    @pytest.mark.parametrize("name", ["../a.jpg", "/etc/a.jpg", "a/../../b.jpg", "C:/a.jpg", "a\0b.jpg"])
    def test_names_that_leave_the_folder_are_unsafe(self, name):
        with pytest.raises(UnsafeNameError):
            page_key(name)

    @pytest.mark.parametrize("name", ["../outside.jpg", "..\\outside.jpg", "a/../../outside.jpg", "/outside.jpg"])
    def test_an_archive_with_such_a_member_is_refused(self, tmp_path, name):
        write_zip(tmp_path / "Training/a.zip", {name: b"x"})
        with pytest.raises(UserError, match=r"would leave the output folder"):
            contents_of(tmp_path)

    def test_members_in_nfd_are_read_as_nfc(self, tmp_path):
        name = unicodedata.normalize("NFD", f"02.원천데이터(jpg)/{NAME}.jpg")
        write_zip(tmp_path / "Training/a.zip", {name: b"x"}, cp949=False)
        assert contents_of(tmp_path)[0].members[0].key == NAME


class TestSplitDownloads:
    def whole(self, tmp_path):
        rest = {f"인.허가/1/2001/{number}.jpg": page_image(seed=number) for number in range(12)}
        return write_zip(tmp_path / "Training/[원천]a.zip", rest, method=zipfile.ZIP_STORED)

    def sizes(self, path, count):
        size = path.stat().st_size
        return [size // count] * (count - 1) + [size - size // count * (count - 1)]

    @pytest.mark.parametrize("first", [0, 1])
    def test_parts_counted_one_by_one_are_read_as_one_and_stay(self, tmp_path, first):
        path = self.whole(tmp_path)
        expected = [member.read() for member in contents_of(tmp_path)[0].members]
        # Twelve parts: as text, part10 would come before part2.
        split_file(path, self.sizes(path, 12), range(first, first + 12))
        (contents,) = contents_of(tmp_path)
        assert contents.archive.name == "[원천]a.zip"
        assert [member.read() for member in contents.members] == expected
        assert len(list(path.parent.iterdir())) == 12

    def test_parts_named_by_their_byte_offset_are_read_as_one(self, tmp_path):
        path = self.whole(tmp_path)
        sizes = self.sizes(path, 3)
        split_file(path, sizes, [0, sizes[0], sizes[0] + sizes[1]])
        assert contents_of(tmp_path)[0].image_count == 12

    def test_a_missing_part_is_named(self, tmp_path):
        path = self.whole(tmp_path)
        split_file(path, self.sizes(path, 3), [0, 1, 2])
        path.with_name(path.name + ".part1").unlink()
        with pytest.raises(UserError, match=r"part2: expected part 1 here"):
            find_archives(tmp_path)

    def test_a_missing_last_part_is_told(self, tmp_path):
        path = self.whole(tmp_path)
        split_file(path, self.sizes(path, 3), [0, 1, 2])
        path.with_name(path.name + ".part2").unlink()
        with pytest.raises(UserError, match=r"part1: no whole zip .* last part"):
            contents_of(tmp_path)

    def test_a_part_of_the_wrong_size_is_named_by_its_offset(self, tmp_path):
        path = self.whole(tmp_path)
        sizes = self.sizes(path, 2)
        split_file(path, sizes, [0, sizes[0] + 20_000])
        with pytest.raises(UserError, match=rf"expected part {sizes[0]} here"):
            find_archives(tmp_path)

    def test_parts_beside_the_whole_zip_are_not_read_twice(self, tmp_path):
        path = self.whole(tmp_path)
        path.with_name(path.name + ".part0").write_bytes(b"x")
        assert [archive.paths for archive in find_archives(tmp_path)] == [(path,)]

    def test_an_empty_join_is_refused_and_points_to_its_parts(self, tmp_path):
        path = self.whole(tmp_path)
        split_file(path, self.sizes(path, 2), [0, 1])
        path.write_bytes(b"")
        with pytest.raises(UserError, match=r"a.zip: is empty \(0 bytes\); delete it, its parts"):
            find_archives(tmp_path)

    def test_a_join_in_the_wrong_order_opens_and_is_refused_by_its_damaged_members(self, tmp_path):
        path = self.whole(tmp_path)
        data, third = path.read_bytes(), path.stat().st_size // 3
        path.write_bytes(data[third : 2 * third] + data[:third] + data[2 * third :])
        zipfile.ZipFile(path).close()
        with pytest.raises(UserError, match=r"damaged members of [0-9]+ tried; .* wrong order"):
            contents_of(tmp_path)

    def test_one_damaged_member_spoils_that_member_only(self, tmp_path):
        path = self.whole(tmp_path)
        damaged = contents_of(tmp_path)[0].members[5]
        data = bytearray(path.read_bytes())
        data[damaged.offset + 200] ^= 0xFF
        path.write_bytes(data)
        members = contents_of(tmp_path)[0].members
        with pytest.raises(DamagedMemberError, match="CRC"):
            members[5].read()
        assert members[4].read() and members[6].read()

    def test_a_truncated_zip_is_told_in_one_line(self, tmp_path):
        path = self.whole(tmp_path)
        path.write_bytes(path.read_bytes()[:-2000])
        with pytest.raises(UserError, match=r"a.zip: no whole zip"):
            contents_of(tmp_path)

    @given(st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=5), st.data())
    def test_parts_read_like_the_joined_file(self, tmp_path_factory, parts, data):
        folder = tmp_path_factory.mktemp("parts")
        paths = tuple(folder / str(index) for index in range(len(parts)))
        for path, part in zip(paths, parts, strict=True):
            path.write_bytes(part)
        joined = b"".join(parts)
        start, count = data.draw(st.integers(0, len(joined))), data.draw(st.integers(0, len(joined)))
        with PartsReader(paths) as reader:
            assert reader.seek(start) == start
            found = b""
            while len(found) < count and (piece := reader.read(count - len(found))):
                found += piece
            assert found == joined[start : start + count]
            assert reader.tell() == start + len(found)


class TestCompression:
    @pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_members_are_read_whatever_zipfile_packs_them_with(self, tmp_path, method):
        images = {f"{number}.jpg": page_image(seed=number) for number in range(3)} | {"empty.jpg": b""}
        write_zip(tmp_path / "Training/a.zip", images, method=method)
        assert [member.read() for member in contents_of(tmp_path)[0].members] == list(images.values())

    @pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    @given(place=st.integers(0, 4000), value=st.integers(0, 255))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
    def test_damaged_bytes_are_a_damaged_member(self, tmp_path, method, place, value):
        path = write_zip(tmp_path / "Training/a.zip", {"a.jpg": label_bytes()}, method=method)
        (member,) = contents_of(tmp_path)[0].members
        data = bytearray(path.read_bytes())
        data[member.offset + 40 + place % member.compressed_size] ^= value
        (tmp_path / "damaged.zip").write_bytes(data)
        close_archives()
        try:
            assert replace(member, paths=(tmp_path / "damaged.zip",)).read() == label_bytes()
        except DamagedMemberError:
            assert value

    @pytest.mark.parametrize(("method", "name"), [(9, "deflate64"), (98, "ppmd"), (93, "method 93")])
    def test_a_method_that_cannot_be_read_is_named(self, tmp_path, method, name):
        path = write_zip(tmp_path / "Training/a.zip", {"가/a.jpg": page_image()})
        data = bytearray(path.read_bytes())
        for signature, method_at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
            at = data.index(signature) + method_at
            data[at : at + 2] = struct.pack("<H", method)
        path.write_bytes(data)
        with pytest.raises(
            UserError, match=rf"a.zip: member '가/a.jpg' is packed with {name}, which .* unpack the zip"
        ):
            contents_of(tmp_path)

    @pytest.mark.parametrize("others", [0, 1])
    def test_a_first_part_of_junk_is_told_alone_and_before_good_ones(self, tmp_path, others):
        path = write_zip(tmp_path / "a.zip", {f"{number}.jpg": page_image(seed=number) for number in range(9)})
        data = path.read_bytes()
        (tmp_path / "Training").mkdir()
        for number, part in enumerate([b"<html>", data[len(data) // 2 :]][: 1 + others]):
            (tmp_path / f"Training/a.zip.part{number}").write_bytes(part)
        with pytest.raises(UserError, match=r"part0: is no first part of a zip, it begins with b'<html>"):
            contents_of(tmp_path)


class TestAbsurdArchives:
    def test_a_zip_that_unpacks_to_absurd_sizes_is_refused(self, tmp_path):
        write_zip(tmp_path / "Training/a.zip", {"a.jpg": b"\0" * (100 << 20)})
        with pytest.raises(UserError, match="would unpack to 104,857,600"):
            contents_of(tmp_path)

    def test_a_member_that_lies_about_its_size_is_not_unpacked_further(self, tmp_path):
        path = write_zip(tmp_path / "Training/a.zip", {f"{number}.jpg": b"\0" * 100_000 for number in range(3)})
        data = bytearray(path.read_bytes())
        at = data.index(b"PK\x01\x02") + 24
        data[at : at + 4] = struct.pack("<I", 10)
        path.write_bytes(data)
        with pytest.raises(DamagedMemberError):
            contents_of(tmp_path)[0].members[0].read()

    def test_an_encrypted_zip_is_refused(self, tmp_path):
        path = write_zip(tmp_path / "Training/a.zip", {"a.jpg": b"x"})
        data = bytearray(path.read_bytes())
        data[data.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(data)
        with pytest.raises(UserError, match="encrypted"):
            contents_of(tmp_path)

    def test_something_else_with_the_ending_of_a_zip_is_refused(self, tmp_path):
        (tmp_path / "Training").mkdir()
        (tmp_path / "Training/a.zip").write_bytes(b"<html>Login</html>")
        with pytest.raises(UserError, match=r"a.zip: is no zip, it begins with b'<html>Login</html>'; delete it"):
            contents_of(tmp_path)


class TestPairs:
    def test_image_and_label_meet_by_their_path(self, tmp_path):
        one_pair(tmp_path / "Training")
        pages, drops = pages_of(tmp_path)
        assert [page.name for page in pages] == [NAME]
        assert pages[0].document == "5350093/2001"
        assert pages[0].label.read() == label_bytes()
        assert not drops.counts

    def test_equal_base_names_in_different_folders_stay_apart(self, tmp_path):
        names = ["인.허가/1/2001/a", "주민복지/2/1999/a"]
        write_zip(tmp_path / "Training/l.zip", {f"{name}.json": name.encode() for name in names})
        write_zip(tmp_path / "Training/i.zip", {f"{name}.jpg": name.encode() for name in names})
        pages, _ = pages_of(tmp_path)
        assert [(page.label.read(), page.image.read()) for page in pages] == [(n.encode(), n.encode()) for n in names]

    def test_the_base_name_pairs_where_it_is_unique(self, tmp_path):
        write_zip(tmp_path / "Training/l.zip", {"a.json": b"", "b.json": b"", "x/b.json": b""})
        write_zip(tmp_path / "Training/i.zip", {"인.허가/1/2001/a.jpg": b"", "인.허가/1/2001/b.jpg": b""})
        pages, drops = pages_of(tmp_path)
        assert [page.name for page in pages] == ["인.허가/1/2001/a"]
        assert drops.counts == {"label without an image": 2, "image without a label": 1}

    def test_what_finds_no_partner_is_counted_and_the_first_twenty_are_listed(self, tmp_path):
        write_zip(tmp_path / "Training/l.zip", {f"{number:03}.json": b"" for number in range(30)})
        write_zip(tmp_path / "Training/i.zip", {f"{number:03}.jpg": b"" for number in range(29, 60)})
        pages, drops = pages_of(tmp_path)
        assert len(pages) == 1
        assert drops.counts == {"label without an image": 29, "image without a label": 30}
        assert drops.examples["label without an image"] == [f"{number:03}" for number in range(20)]

    def test_a_file_that_is_in_two_archives_is_taken_once(self, tmp_path):
        one_pair(tmp_path / "Training")
        write_zip(tmp_path / "Training/[원천]copy.zip", {f"2.원천데이터_부분라벨링/{NAME}.jpg": b"other"})
        pages, drops = pages_of(tmp_path)
        assert pages[0].image.read() == page_image()
        assert drops.counts == {"file twice in the archives": 1}

    def test_names_in_nfd_and_nfc_meet(self, tmp_path):
        write_zip(tmp_path / "Training/l.zip", {f"{NAME}.json": b""})
        write_zip(tmp_path / "Training/i.zip", {f"{unicodedata.normalize('NFD', NAME)}.jpg": b""}, cp949=False)
        assert [page.name for page in pages_of(tmp_path)[0]] == [NAME]
