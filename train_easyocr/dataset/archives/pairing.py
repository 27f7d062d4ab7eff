"""Pairs the images and labels of one split by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from train_easyocr.dataset.archives.member_names import below_files, fits_on_disk
from train_easyocr.dataset.archives.members import Source
from train_easyocr.dataset.drops import DropLog, LeftOut
from train_easyocr.pages.records import IMAGE_ENDINGS, LABEL_ENDING, NamedPage, Word


@dataclass(frozen=True, slots=True)
class PageSource(NamedPage):
    """Where a page's label and image are; `excluded`: its labels that a person found to be wrong."""

    name: str
    label: Source
    image: Source
    excluded: frozenset[Word] = frozenset()


@dataclass(frozen=True)
class SplitMembers:
    """The files of one split by their key."""

    images: dict[str, Source]
    labels: dict[str, Source]


def first_of_each(members: Iterable[Source], drops: DropLog) -> SplitMembers:
    """Sort members into images and labels; repeated names, and names that no disk allows, are counted in `drops`."""
    found = SplitMembers({}, {})
    for member in members:
        files = found.labels if member.ending == LABEL_ENDING else found.images
        if not fits_on_disk(member.key + member.ending):
            drops.add([LeftOut("name too long for a file", member.key + member.ending, member.place)])
        elif member.key in files:
            drops.add([LeftOut("file twice in the archives", member.key + member.ending, member.place)])
        else:
            files[member.key] = member
    for files in (found.images, found.labels):
        blocked = below_files({key + member.ending: key for key, member in files.items()})
        drops.add(LeftOut("folder with the name of a file", files[key].key + files[key].ending) for key in blocked)
        for key in blocked:
            del files[key]
    return found


def pair_pages(found: SplitMembers, drops: DropLog, unread_images: Iterable[str] = ()) -> list[PageSource]:
    """Pair every label with its image, sorted by name.

    The whole path has to agree. Otherwise the file name alone pairs them, if it is unique among all images and among
    all labels: archives of one dataset do not always have the same folders.

    `unread_images`: the names of images of kinds that are not read, or that are no files; a label without another image
    is counted with it.
    """
    unread = {_stem(name).rpartition(".")[0]: _stem(name) for name in unread_images}
    image_stems, label_stems = (Counter(_stem(key) for key in files) for files in (found.images, found.labels))
    lone_images = {_stem(key): key for key in found.images.keys() - found.labels.keys()}
    pages, paired_images = [], set()
    for key, label in found.labels.items():
        stem = _stem(key)
        unique = image_stems[stem] == 1 and label_stems[stem] == 1
        image_key = key if key in found.images else lone_images.get(stem) if unique else None
        if image_key is None:
            drops.add([_without_image(key, unread.get(stem))])
            continue
        paired_images.add(image_key)
        # The longer path says more: category, agency, year.
        pages.append(PageSource(max(image_key, key, key=lambda name: name.count("/")), label, found.images[image_key]))
    drops.add(LeftOut("image without a label", key) for key in sorted(found.images.keys() - paired_images))
    return sorted(pages, key=lambda page: page.name)


def _without_image(key: str, unread: str | None) -> LeftOut:
    if unread is None:
        return LeftOut("label without an image", key)
    if unread.lower().endswith(IMAGE_ENDINGS):
        return LeftOut("label whose image is no file", key, unread)
    kinds = ", ".join(ending.lstrip(".") for ending in IMAGE_ENDINGS)
    return LeftOut("label whose image is of a kind that is not read", key, f"{unread}; save it as one of {kinds}")


def _stem(key: str) -> str:
    return key.rsplit("/", 1)[-1]
