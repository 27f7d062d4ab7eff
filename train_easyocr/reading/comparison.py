"""Plans the reading so that networks compare: the same boxes, the same allowed characters, the same quantization.

Unequal conditions, as shipped and as installed, have rows of their own (decision 003).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from train_easyocr.easyocr_port.engine.detector import load_detector
from train_easyocr.easyocr_port.engine.reader import demand_device, demand_readable, language_mask
from train_easyocr.easyocr_port.engine.weight_file import read_weights
from train_easyocr.easyocr_port.reading_options import DEFAULT_GROUPING, WORD_GROUPING, ReadingOptions, with_grouping
from train_easyocr.easyocr_port.weights import RecognitionWeights, describe_weights, provide_craft
from train_easyocr.pages.provenance import sha256
from train_easyocr.reading.installed import installed_detector, installed_options
from train_easyocr.scoring.columns import (
    BASELINE,
    BASELINE_AS_SHIPPED,
    DEFAULT,
    FINETUNED,
    FINETUNED_AS_INSTALLED,
    TUNED,
    WORD,
)


@dataclass(frozen=True)
class NetworkPlace:
    """Where a recognition network is installed: its name in EasyOCR, and the root of EasyOCR's files.

    Attributes:
        masks: for each variant to read, by its name in the summary, the characters that may not be printed.
        own_groupings: groupings by name, for the variants that do not use those of the plan.
        own_detectors: the weight file of the detector, for the variants that use a trained one.
    """

    name: str
    easyocr_folder: Path
    masks: Mapping[str, str]
    own_groupings: Mapping[str, Mapping[str, ReadingOptions]] = field(default_factory=dict)
    own_detectors: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadingPlan:
    """The plan of a reading, picklable so that a worker process can use it.

    Attributes:
        groupings: by their names in the summary, for all variants without groupings of their own. Labelled boxes are
            always read as well.
        easyocr_folder: holds EasyOCR's own detector, which is used for all variants without their own.
        cache_limit: bytes of score maps that are kept in `cache_folder`.
        baseline: the weights that must be installed as `baseline` before the plan is read.
    """

    networks: Sequence[NetworkPlace]
    groupings: Mapping[str, ReadingOptions]
    easyocr_folder: Path
    cache_folder: Path
    cache_limit: int
    cuda: bool = False
    baseline: RecognitionWeights | None = None

    def groupings_of(self, place: NetworkPlace, key: str) -> Mapping[str, ReadingOptions]:
        """Return the groupings of a variant of a network, by name."""
        return place.own_groupings.get(key, self.groupings)

    def detections(self) -> list[tuple[Path | None, ReadingOptions]]:
        """Return each detector (None: EasyOCR's own) with the options of its groupings, each pair once."""
        variants = [(place, key) for place in self.networks for key in place.masks]
        return list(
            dict.fromkeys(
                (place.own_detectors.get(key), options)
                for place, key in variants
                for options in self.groupings_of(place, key).values()
            )
        )

    def conditions(self) -> dict[str, Any]:
        """Return how the pages are read, as plain values for summary.json."""
        return {
            "device": "cuda" if self.cuda else "cpu",
            "quantized": not self.cuda,  # by default EasyOCR turns Linear and LSTM layers into int8 on a CPU
            "groupings": _as_plain(self.groupings),
            "own_groupings": {
                key: _as_plain(groupings) for place in self.networks for key, groupings in place.own_groupings.items()
            },
            "own_detectors": {
                key: sha256(detector) for place in self.networks for key, detector in place.own_detectors.items()
            },
        }


def comparison_plan(
    easyocr_folder: Path,
    *,
    baseline: str | None,
    baseline_folder: Path,
    finetuned: bool,
    cache_folder: Path,
    cache_limit: int,
    cuda: bool,
) -> ReadingPlan:
    """Plan the reading of the baseline, of the installed network, or of both over the same boxes.

    The baseline is read as a custom network, whose characters EasyOCR does not mask; a published network is read again
    behind that mask, as shipped. The equal rows use only the grouping of the options that step 4 installed, and the
    boxes of EasyOCR's own detector. The fine-tuned network is read again as installed: with all these options, and the
    boxes of the detector that step 4 installed.

    This reports what is missing or cannot be read safely, before the first page, and puts the detector in place.

    Args:
        easyocr_folder: root of EasyOCR's files, with the network `finetuned`.
        baseline: the published name or the path of the baseline; None to read without it.
        baseline_folder: root of EasyOCR's files in which the baseline is installed before the plan is read.
        finetuned: whether the installed network is read.
        cache_folder: the folder for score maps, at most `cache_limit` bytes.
        cache_limit: 0 keeps none.
        cuda: read on the GPU.

    Raises:
        UserError: there is no GPU to read on, the fine-tuned network is not installed, a network's files cannot be
            read safely, or there is no detector.
    """
    demand_device(cuda)
    places: list[NetworkPlace] = []
    groupings = {DEFAULT: DEFAULT_GROUPING, WORD: WORD_GROUPING}
    weights = describe_weights(baseline) if baseline else None
    if baseline and weights:
        read_weights(weights.path)
        mask = language_mask(baseline, easyocr_folder)
        shipped = {} if mask is None else {BASELINE_AS_SHIPPED: mask}
        places.append(NetworkPlace(BASELINE, baseline_folder, {**shipped, BASELINE: ""}))
    if finetuned:
        demand_readable(FINETUNED, easyocr_folder)
        groupings[TUNED] = installed = installed_options(FINETUNED, easyocr_folder)
        own = {name: with_grouping(installed, grouping) for name, grouping in groupings.items()}
        variants, detectors = {FINETUNED: "", FINETUNED_AS_INSTALLED: ""}, {}
        if detector := installed_detector(FINETUNED, easyocr_folder):
            load_detector(detector)
            detectors[FINETUNED_AS_INSTALLED] = detector
            # Thresholds belong to a detector: those of another one would handicap EasyOCR's own.
            groupings[TUNED] = with_grouping(DEFAULT_GROUPING, installed)
        places.append(NetworkPlace(FINETUNED, easyocr_folder, variants, {FINETUNED_AS_INSTALLED: own}, detectors))
    provide_craft(easyocr_folder)
    return ReadingPlan(places, groupings, easyocr_folder, cache_folder, cache_limit, cuda, weights)


def _as_plain(groupings: Mapping[str, ReadingOptions]) -> dict[str, dict[str, float]]:
    return {grouping: asdict(options) for grouping, options in groupings.items()}
