"""Which lines of a set are kept: so many for each of its word patches, drawn by the seed from all of its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from tqdm import tqdm

from train_easyocr.dataset.archives.pairing import PageSource
from train_easyocr.dataset.drops import LeftOut
from train_easyocr.dataset.lines import highest_draw, line_draw
from train_easyocr.dataset.page_processes import PageProcesses, in_groups
from train_easyocr.dataset.patches import PatchRules, load_page, place_patches, select_words, usable_lines
from train_easyocr.dataset.sets.jobs import SetJob

_PAGES_A_TASK = 16


def draw_lines(job: SetJob, rules: PatchRules, share: float, processes: PageProcesses) -> PatchRules:
    """Return `rules` with the `highest_draw` that keeps `share` lines for each word patch of `job`, or all of them.

    Only labels are read for it, once more.
    """
    words, draws = 0, [np.zeros(0, np.uint64)]
    counted = processes.map(partial(_count_pages, rules=rules), in_groups(job.pages, _PAGES_A_TASK))
    with tqdm(total=len(job.pages), desc=f"{job.name}: draw lines", unit="page") as bar:
        for pages, patches, drawn in counted:
            words += patches
            draws.append(drawn)
            bar.update(pages)
    highest = highest_draw(np.concatenate(draws), round(share * words))
    return replace(rules, lines=replace(rules.lines, highest_draw=highest))


def _count_pages(sources: Sequence[PageSource], rules: PatchRules) -> tuple[int, int, np.ndarray]:
    """Return how many pages and word patches there are, and a number for each line, uint64 [N]."""
    words, draws = 0, []
    for source in sources:
        loaded = load_page(source)
        if isinstance(loaded, LeftOut):
            continue
        page, _ = loaded
        patches, _ = place_patches(page, select_words(page, rules)[0], page.width, page.height)
        lines, _ = usable_lines(page, rules, page.width, page.height)
        words += len(patches)
        draws += [line_draw(line, rules.lines.seed, page.name) for line in lines]
    return len(sources), words, np.array(draws, np.uint64)
