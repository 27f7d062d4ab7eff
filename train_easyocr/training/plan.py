"""The order of the batches: a pure function of the seed and the iteration, so a run can resume at any iteration.

All crops of a batch share one bucket, the width to which the Reader would pad them. The bucket of an iteration comes
from a sequence that visits each bucket in proportion to its samples; within a bucket every crop is drawn once before
any is drawn twice. A dataset's share of a batch follows its number of crops of that width. Lines are wider than words:
equal shares in every batch would draw the few narrow lines a hundred times and pad words to the width of lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from train_easyocr.easyocr_port.reader_tensor import IMAGE_HEIGHT

GOLDEN_RATIO = (5**0.5 - 1) / 2
FURTHER_SHARE = 0.1  # of the batches are padded further: on a GPU the Reader pads to the widest crop of the page
FURTHEST = 2  # image heights


@dataclass(frozen=True)
class BatchRequest:
    """The content of one batch: B samples, each (dataset, index into its selection)."""

    iteration: int
    width: int  # pixels, of every image of the batch
    samples: np.ndarray  # int64 [B, 2]


class BatchPlan:
    """The batches of a training run over several datasets.

    Args:
        widths: for each dataset the bucket widths of its samples, int32 [N].
        shares: for each dataset its share of all samples that are drawn; they add up to 1.
        batch_size: samples of one process.
        processes: how many processes share a batch; each takes `batch_size` of its samples.
        seed: decides every draw.
        widest: pixels; batches that are padded further stay within it.
    """

    def __init__(
        self,
        widths: Sequence[np.ndarray],
        shares: Sequence[float],
        batch_size: int,
        *,
        seed: int,
        processes: int = 1,
        widest: int = 600,
    ) -> None:
        self._widths, self._seed = widths, seed
        self._widest = widest
        self._batch_size, self._processes = batch_size, processes
        edges = _group_edges(np.concatenate(widths), batch_size * processes)
        groups = [np.searchsorted(edges, dataset_widths) for dataset_widths in widths]
        # pools[dataset][group]: the samples of the dataset for batches of that group
        self._pools = [[np.flatnonzero(own == group) for group in range(len(edges))] for own in groups]
        # shares [datasets, groups]: of all samples that are drawn
        self._shares = np.array(
            [
                share / len(own) * np.bincount(own, minlength=len(edges))
                for share, own in zip(shares, groups, strict=True)
            ]
        )
        self._cumulative = np.cumsum(self._shares.sum(axis=0))
        self._offset = np.random.default_rng([seed, 0]).random()
        self._orders: dict[tuple[int, int], tuple[int, np.ndarray]] = {}

    def requests(self, start: int, process: int = 0) -> Iterator[BatchRequest]:
        """Yield the requests of one process for the iterations `start`, `start` + 1 and so on, without an end."""
        drawn = np.bincount(self._groups(np.arange(start)), minlength=len(self._cumulative))
        iteration = start
        while True:
            group = int(self._groups(np.array([iteration]))[0])
            shared = self._samples(group, int(drawn[group]))
            yield BatchRequest(iteration, self._width(shared, iteration), shared[process])
            drawn[group] += 1
            iteration += 1

    def _groups(self, iterations: np.ndarray) -> np.ndarray:
        """Return the group of each iteration. Multiples of the golden ratio modulo 1 are spread evenly over 0 to 1."""
        place = (self._offset + iterations * GOLDEN_RATIO) % 1.0 * self._cumulative[-1]
        return np.minimum(np.searchsorted(self._cumulative, place, side="right"), len(self._cumulative) - 1)

    def _samples(self, group: int, drawn: int) -> np.ndarray:
        """Return the samples of all P processes for batch number `drawn` of its group, int64 [P, B, 2]."""
        size = self._batch_size * self._processes
        shares = self._shares[:, group]
        taken, after = (_taken(total, shares) for total in (drawn * size, (drawn + 1) * size))
        parts, places = [], []
        for dataset, (first, last) in enumerate(zip(taken, after, strict=True)):
            chosen = self._draw(dataset, group, np.arange(first, last))
            parts.append(np.stack([np.full_like(chosen, dataset), chosen], axis=1))
            places.append((np.arange(len(chosen)) + 0.5) / max(1, len(chosen)))
        # Interleaved evenly, so that each process gets its part of every dataset.
        mixed = np.concatenate(parts)[np.argsort(np.concatenate(places), kind="stable")]
        return mixed.reshape(self._processes, self._batch_size, 2)

    def _draw(self, dataset: int, group: int, positions: np.ndarray) -> np.ndarray:
        """Return the samples at `positions` of the endless sequence in which a pool is drawn, round after round."""
        pool = self._pools[dataset][group]
        rounds, places = np.divmod(positions, len(pool))
        chosen = np.empty_like(positions)
        for number in np.unique(rounds).tolist():
            chosen[rounds == number] = pool[self._order(dataset, group, number, len(pool))[places[rounds == number]]]
        return chosen

    def _order(self, dataset: int, group: int, number: int, size: int) -> np.ndarray:
        """Return the order of a pool's round; the last one is cached, because the next draws need the same round."""
        if self._orders.get((dataset, group), (None,))[0] != number:
            order = np.random.default_rng([self._seed, 1, dataset, group, number]).permutation(size)
            self._orders[dataset, group] = number, order
        return self._orders[dataset, group][1]

    def _width(self, shared: np.ndarray, iteration: int) -> int:
        """Return the width of a batch in pixels, equal in all processes: that of its widest crop, or more."""
        datasets, indices = shared.reshape(-1, 2).T
        width = max(int(self._widths[dataset][indices[datasets == dataset]].max()) for dataset in np.unique(datasets))
        generator = np.random.default_rng([self._seed, 2, iteration])
        if generator.random() < FURTHER_SHARE:
            width += int(generator.integers(1, FURTHEST + 1)) * IMAGE_HEIGHT
        return min(width, self._widest)


def all_requests(widths: Sequence[np.ndarray], batch_size: int, part: int = 0, parts: int = 1) -> list[BatchRequest]:
    """Return the requests of validation: every sample once, in batches of one dataset and one bucket.

    One process gets every `parts`-th batch, from number `part` on.
    """
    requests: list[BatchRequest] = []
    for dataset, of_dataset in enumerate(widths):
        for width in np.unique(of_dataset).tolist():
            of_width = np.flatnonzero(of_dataset == width)
            samples = np.stack([np.full_like(of_width, dataset), of_width], axis=1)
            for first in range(0, len(samples), batch_size):
                requests.append(BatchRequest(len(requests), width, samples[first : first + batch_size]))
    return requests[part::parts]


def _taken(total: int, shares: np.ndarray) -> list[int]:
    """Return how many of the first `total` samples of a group come from each dataset; `shares` [datasets] of the group.

    No number falls when `total` grows. A share of 0 gets 0: the rest goes to one dataset after the other.

    >>> _taken(8, np.array([0.07, 0.0, 0.03])), _taken(9, np.array([0.07, 0.0, 0.03]))
    ([6, 0, 2], [6, 0, 3])
    """
    taken, rest = [0] * len(shares), total
    owners = np.flatnonzero(shares)
    behind = np.cumsum(shares[owners][::-1])[::-1]  # the sum of each share and those after it
    for dataset, part in zip(owners.tolist(), (shares[owners] / behind).tolist(), strict=True):
        taken[dataset] = min(rest, int(rest * part + 0.5))
        rest -= taken[dataset]
    return taken


def _group_edges(widths: np.ndarray, smallest: int) -> np.ndarray:
    """Return the widest bucket of each group; a bucket of fewer than `smallest` samples joins the next wider one."""
    buckets, counts = np.unique(widths, return_counts=True)
    edges, waiting = [], 0
    for bucket, count in zip(buckets.tolist(), counts.tolist(), strict=True):
        waiting += count
        if waiting >= smallest or bucket == buckets[-1]:
            edges.append(bucket)
            waiting = 0
    return np.array(edges)
