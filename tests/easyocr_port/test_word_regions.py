"""The boxes of our own detector's maps, against a loop over the components and their pixels."""

import cv2
import numpy as np
import pytest

from train_easyocr.easyocr_port.word_regions import EDGE_PIXELS, END, SMALLEST_CORE, word_boxes


def boxes_by_loops(cores, edges, text_threshold, low_text):
    """One component after another, one pixel after another."""
    count, labels = cv2.connectedComponents((cores > low_text).astype(np.uint8), connectivity=4)
    found = []
    for label in range(1, count):
        pixels = np.argwhere(labels == label)
        if len(pixels) < SMALLEST_CORE or max(cores[y, x] for y, x in pixels) < text_threshold:
            continue
        least, largest = pixels[:, 1].min(), pixels[:, 1].max()
        sides = [[], [], [], []]  # (place of the edge, weight)
        for row, column in pixels:
            x, y = (EDGE_PIXELS * (place // 2) + EDGE_PIXELS / 2 for place in (column, row))
            left, top, right, bottom = edges[:, row // 2, column // 2].astype(np.float64)
            weight = float(cores[row, column])
            sides[0] += [(x - left, weight)] if column - least < END else []
            sides[1] += [(y - top, weight)]
            sides[2] += [(x + right, weight)] if largest - column < END else []
            sides[3] += [(y + bottom, weight)]
        found.append([sum(a * w for a, w in side) / sum(w for _, w in side) for side in sides])
    return np.array(found).reshape(-1, 4)


@pytest.mark.parametrize("seed", range(5))
def test_boxes_are_those_of_a_loop_over_components_and_pixels(seed):
    random = np.random.default_rng(seed)
    cores = cv2.GaussianBlur(random.random((60, 80)), (0, 0), 1.5).astype(np.float32)
    cores = (cores - cores.min()) / np.ptp(cores)
    edges = random.uniform(0, 60, (4, 30, 40)).astype(np.float32)
    found = word_boxes(cores, edges, 0.75, 0.55)
    assert len(found) > 1 and found.dtype == np.float64
    assert np.allclose(found, boxes_by_loops(cores, edges, 0.75, 0.55), atol=1e-9)


def maps_of(boxes, size=(120, 200)):
    """The maps of a network that makes no mistake: cores two pixels of the map within each box, and its edges."""
    cores, edges = np.zeros((size[0] // 2, size[1] // 2), np.float32), np.zeros((4, size[0] // 4, size[1] // 4))
    y, x = (np.mgrid[: size[0] // 4, : size[1] // 4] + 0.5) * EDGE_PIXELS
    for xmin, ymin, xmax, ymax in boxes:
        cores[ymin // 2 + 2 : ymax // 2 - 2, xmin // 2 + 2 : xmax // 2 - 2] = 1
        inside = (x > xmin) & (x < xmax) & (y > ymin) & (y < ymax)
        edges[:, inside] = np.stack([x - xmin, y - ymin, xmax - x, ymax - y])[:, inside]
    return cores, edges.astype(np.float32)


def test_exact_maps_give_the_boxes_to_the_pixel_from_top_to_bottom():
    boxes = [(12, 8, 97, 31), (104, 9, 140, 30), (20, 60, 39, 111)]
    assert np.allclose(word_boxes(*maps_of(boxes), 0.7, 0.4), boxes)


def test_an_end_is_read_off_near_itself_where_the_network_sees_it():
    cores, edges = maps_of([(8, 20, 180, 52)])
    edges[0, :, 12:] = edges[2, :, :-16] = 1e6  # nobody knows from afar where a long word ends
    assert np.allclose(word_boxes(cores, edges, 0.7, 0.4), [(8, 20, 180, 52)])


def test_nothing_noise_and_faint_cores_give_no_boxes():
    empty = np.zeros((40, 60), np.float32), np.zeros((4, 20, 30), np.float32)
    assert word_boxes(*empty, 0.7, 0.4).shape == (0, 4)
    empty[0][5, 7] = 1.0
    assert len(word_boxes(*empty, 0.7, 0.4)) == 0  # one pixel
    empty[0][20:24, 30:40] = 0.69
    assert len(word_boxes(*empty, 0.7, 0.4)) == 0
    assert len(word_boxes(*empty, 0.65, 0.4)) == 1
    empty[0][20:24, 30:40] = 0.4  # no more than low_text
    assert len(word_boxes(*empty, 0.3, 0.4)) == 0
