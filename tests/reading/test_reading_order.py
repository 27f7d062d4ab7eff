"""Words come as a person reads them: columns of text one after the other, the cells of a table row by row."""

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from train_easyocr.reading.reading_order import lines_in_reading_order

HEIGHT, PITCH = 24, 38


def column(left, top, lines, width=400, seed=0, last=0.5):
    """Boxes of a paragraph, line by line: words of two to six characters up to the right margin, a short last line."""
    draw, boxes = random.Random(seed), []
    for line in range(lines):
        x, y = left, top + line * PITCH
        end = left + width * (last if line == lines - 1 else 1)
        while x < end - 3 * HEIGHT:
            wide = min(draw.randint(2, 6) * HEIGHT, end - x)
            boxes.append((int(x), y + draw.randint(-2, 2), int(x + wide), y + HEIGHT + draw.randint(-2, 2)))
            x += wide + HEIGHT // 3
    return boxes


def table(left, top, rows, columns=(0, 220, 520, 700)):
    """Boxes of a table, row by row: a cell of one to three short words in each column."""
    boxes = []
    for row in range(rows):
        y = top + row * 50
        for number, x in enumerate(columns):
            for word in range(1 + (row + number) % 3):
                boxes.append((left + x + word * 60, y, left + x + word * 60 + 50, y + HEIGHT))
    return boxes


def order_of(boxes, seed=1):
    """The places of the boxes in reading order; the boxes are shuffled before."""
    shuffled = random.Random(seed).sample(range(len(boxes)), len(boxes))
    lines = lines_in_reading_order([boxes[place] for place in shuffled])
    return [shuffled[index] for line in lines for index in line]


def skewed(boxes, slope):
    return [(x0, round(y0 + slope * x0), x1, round(y1 + slope * x1)) for x0, y0, x1, y1 in boxes]


HEADING = [(100 + 160 * word, 40, 240 + 160 * word, 80) for word in range(5)]
NOTE = [(100, 520, 240, 544), (250, 520, 330, 544)]
PAGES = {
    "one column": column(100, 100, 12, width=850),
    "two columns": column(100, 100, 15) + column(540, 100, 15, seed=2),
    "two columns whose lines are not level": column(100, 100, 15) + column(540, 115, 14, seed=2),
    "three columns": column(50, 100, 12, 340) + column(430, 100, 12, 340, 2) + column(810, 100, 12, 340, 3),
    "a heading above two columns": HEADING + column(100, 140, 15) + column(540, 140, 15, seed=2),
    "a second column that is shorter": HEADING + column(100, 140, 15) + column(540, 140, 4, seed=2),
    "columns, then text across, then columns": (
        column(100, 100, 6) + column(540, 100, 6, seed=2) + column(100, 380, 5, 840, seed=3)
        + column(100, 620, 6, seed=4) + column(540, 620, 6, seed=5)
    ),
    "a date on the right, columns, a note on the left": (
        [(760, 30, 940, 54), *column(100, 140, 8), *column(540, 140, 8, seed=2), *NOTE]
    ),
    "a page number below two columns": [*column(100, 100, 8), *column(540, 100, 8, seed=2), (500, 470, 540, 494)],
    "a table": table(100, 100, 12),
    "text, a table, text": column(100, 60, 4, 850) + table(100, 300, 8) + column(100, 760, 4, 850, seed=7),
    "a table in the first of two columns": (
        column(100, 100, 6) + table(100, 350, 3, (0, 200)) + column(100, 540, 8, seed=3)
        + column(540, 100, 19, seed=2)
    ),
    "labels of a form": [
        box
        for row in range(6)
        for box in ((100, 100 + row * PITCH, 180, 124 + row * PITCH), *column(300, 100 + row * PITCH, 1, 600, row, 1))
    ],
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("slope", [0, 0.02, -0.03])
def test_a_page_is_read_as_a_person_reads_it(page, slope):
    assert order_of(skewed(PAGES[page], slope)) == list(range(len(PAGES[page])))


@pytest.mark.parametrize("page", PAGES)
def test_loose_boxes_that_touch_the_lines_above_and_below_change_nothing(page):
    boxes = [(x0 - 2, y0 - 8, x1 + 2, y1 + 8) for x0, y0, x1, y1 in PAGES[page]]
    assert order_of(boxes) == list(range(len(boxes)))


def test_a_line_holds_its_words_and_no_others():
    assert lines_in_reading_order([(60, 2, 100, 10), (0, 20, 40, 30), (0, 0, 50, 12), (55, 8, 58, 12)]) == [
        [2, 3, 0],
        [1],
    ]
    assert lines_in_reading_order([]) == []


numbers = st.integers(-50, 3000)


@given(st.lists(st.tuples(numbers, numbers, numbers, numbers), max_size=40))
def test_every_box_comes_once(boxes):
    lines = lines_in_reading_order(boxes)
    assert sorted(index for line in lines for index in line) == list(range(len(boxes)))
    assert all(lines)


def test_it_needs_numpy_alone():
    code = (
        "import sys, train_easyocr.reading.reading_order; print(*{'torch', 'cv2', 'PIL', 'easyocr'} & {*sys.modules})"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "\n"
