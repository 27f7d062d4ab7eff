"""Chooses the lines of a set that are kept: a number for each word patch, drawn by the seed from all its pages."""

from __future__ import annotations

from array import array
from dataclasses import replace
from functools import partial

import numpy as np

from train_easyocr.dataset.archives.pairing import PageSource
from train_easyocr.dataset.drops import LeftOut
from train_easyocr.dataset.lines import LineRules, highest_draw, line_draw
from train_easyocr.dataset.patches import PatchRules, load_page, place_patches, select_words, usable_lines
from train_easyocr.dataset.sets.jobs import SetJob
from train_easyocr.program.page_processes import SMALL_TASKS, PageProcesses
from train_easyocr.program.progress import track


def draw_lines(
    job: SetJob, rules: PatchRules, line_rules: LineRules, share: float, processes: PageProcesses
) -> PatchRules:
    """Return `rules` with `line_rules` and a `highest_draw` that keeps `share` lines for each word patch of `job`.

    Fewer lines than that are all kept. For this, the labels are read again, but no images.
    """
    words, draws = 0, array("Q")
    counted = processes.map(partial(_count_page, rules=rules, line_rules=line_rules), job.pages, SMALL_TASKS)
    with track(f"{job.name}: draw lines", len(job.pages), "page", counted) as results:
        for patches, drawn in results:
            words += patches
            draws.extend(drawn)
    highest = highest_draw(np.array(draws, np.uint64), round(share * words))
    return replace(rules, lines=replace(line_rules, highest_draw=highest))


def _count_page(source: PageSource, rules: PatchRules, line_rules: LineRules) -> tuple[int, list[int]]:
    """Return how many word patches a page has, and the draw of each of its lines."""
    loaded = load_page(source)
    if isinstance(loaded, LeftOut):
        return 0, []
    page, _ = loaded
    patches, _ = place_patches(page, select_words(page, rules)[0], page.width, page.height)
    lines, _ = usable_lines(page, rules, line_rules, page.width, page.height)
    return len(patches), [line_draw(line, line_rules.seed, page.name) for line in lines]
