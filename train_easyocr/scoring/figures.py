"""The content of `summary.json` for each record, key by key, in the order of the file.

The file holds only figures that are listed here: a property that is added elsewhere does not reach it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from train_easyocr.scoring.analysis import Analysis
from train_easyocr.scoring.breakdown import Breakdown, PageGroup, WordGroup
from train_easyocr.scoring.character_kinds import CharacterGroup
from train_easyocr.scoring.cleval.iou_cases import CaseCount
from train_easyocr.scoring.detection_scores import THRESHOLDS, DetectionScores
from train_easyocr.scoring.scored_page import IouCase, MatchCounts, ScoredPage, mean_f1, pooled
from train_easyocr.scoring.statistics import PairedDifference

Figures = dict[str, Any]

INTERVAL = ("value", "low", "high", "pages", "units")
CHARACTER_COUNTS = (
    *("ground_truth", "prediction", "correct", "split_penalty", "merge_penalty", "false_positive"),
    *("recall", "precision", "f1"),
)
DETECTION = (
    *("pairs", "iou_sum", "giou_sum", "mean_iou", "mean_giou"),
    *("mean_precision", "mean_recall", "mean_f1", "ap50", "ap50_95"),
)
TEXT_COUNTS = (
    *("pairs", "exact", "exact_folded", "edits", "characters", "similarity"),
    *("exact_match", "exact_match_folded", "character_error_rate", "normalized_edit_distance"),
)
MATCH_COUNTS = (
    *("ground_truths", "predictions", "pairs", "score", "edits", "characters", "exact", "exact_folded"),
    *("precision", "recall", "f1", "detection_precision", "detection_recall", "detection_f1"),
    *("character_error_rate", "exact_match", "exact_match_folded"),
)
WORD_GROUP = (
    *("words", "found", "exact", "exact_folded", "score", "edits", "characters"),
    *("detection_recall", "recall", "exact_recall", "exact_recall_folded", "character_error_rate"),
)
CHARACTER_GROUP = ("characters", "found", "right", "detection_recall", "recall")
CONFIDENCE_BIN = ("low", "high", "readings", "exact", "confidence")
WORD, READING = ("text", "box", "width", "height", "is_vertical"), ("box", "text", "confidence")
CONFUSION = ("truth", "read", "count", "occurrences", "rate")


def headline_figures(pages: Sequence[ScoredPage]) -> Figures:
    """Return the `scores` of one network in one grouping.

    `end_to_end_f1` and `detection_f1` are means over pages, `*_pooled` come from the counts of all pages added up.
    `cer` and both of `exact_match` are those of the matched pairs of all pages, None if nothing was matched.
    """
    whole = pooled(pages)
    return {
        "end_to_end_f1": mean_f1(pages),
        "end_to_end_f1_pooled": whole.f1,
        "end_to_end_precision_pooled": whole.precision,
        "end_to_end_recall_pooled": whole.recall,
        "detection_f1": sum(scored.counts.detection_f1 for scored in pages) / max(1, len(pages)),
        "detection_f1_pooled": whole.detection_f1,
        "cer": whole.character_error_rate,
        "exact_match": whole.exact_match,
        "exact_match_folded": whole.exact_match_folded,
        "ground_truths": whole.ground_truths,
        "predictions": whole.predictions,
        "pairs": whole.pairs,
    }


def analysis_figures(analysis: Analysis) -> Figures:
    """Return the `analysis` of one network in one grouping."""
    return {
        "intervals": {name: _by_name(found, INTERVAL) for name, found in analysis.intervals.items()},
        "cleval": {
            "detection": _by_name(analysis.cleval.detection, CHARACTER_COUNTS),
            "end_to_end": _by_name(analysis.cleval.end_to_end, CHARACTER_COUNTS),
            **_by_name(analysis.cleval, ("split_words", "merged_readings", "overlapping_characters")),
        },
        "detection": _detection(analysis.detection),
        "text": {kind: _by_name(counts, TEXT_COUNTS) for kind, counts in analysis.text.items()},
        "iou_cases": {kind: _case_count(found) for kind, found in analysis.iou_cases.items()},
        "breakdown": _breakdown(analysis.breakdown),
        "confusions": {
            kind: [_by_name(confusion, CONFUSION) for confusion in table] for kind, table in analysis.confusions.items()
        },
        "calibration": {
            "bins": [_by_name(part, CONFIDENCE_BIN) for part in analysis.calibration.bins],
            "expected_error": analysis.calibration.expected_error,
        },
    }


def difference_figures(found: PairedDifference) -> Figures:
    """Return one figure of the `comparison` of two networks in one grouping."""
    return {
        "first": found.first,
        "second": found.second,
        "difference": _by_name(found.difference, INTERVAL),
        "larger_than_chance": found.larger_than_chance,
        "verdict": found.verdict,
    }


def _by_name(record: object, names: Sequence[str]) -> Figures:
    return {name: getattr(record, name) for name in names}


def _detection(scores: DetectionScores) -> Figures:
    rows = zip(THRESHOLDS, scores.counts, scores.average_precisions, strict=True)
    return {"thresholds": [_at_threshold(*row) for row in rows], **_by_name(scores, DETECTION)}


def _at_threshold(threshold: float, counts: MatchCounts, average_precision: float) -> Figures:
    return {
        "threshold": threshold,
        **_by_name(counts, ("pairs", "predictions", "ground_truths")),
        "average_precision": average_precision,
        "precision": counts.detection_precision,
        "recall": counts.detection_recall,
        "f1": counts.detection_f1,
    }


def _case_count(found: CaseCount) -> Figures:
    return {
        **_by_name(found, ("cases", "characters", "with_a_pair")),
        "examples": [_case(page, case) for page, case in found.examples],
    }


def _case(page: str, case: IouCase) -> Figures:
    return {
        "page": page,
        "words": [_by_name(word, WORD) for word in case.words],
        "readings": [_by_name(reading, READING) for reading in case.readings],
        **_by_name(case, ("characters", "paired")),
    }


def _breakdown(found: Breakdown) -> Figures:
    return {
        "category": _figures_of_groups(found.category),
        "year": _figures_of_groups(found.year),
        **{
            kind: {name: _word_group(group) for name, group in getattr(found, kind).items()}
            for kind in ("text_length", "box_height", "direction", "fields")
        },
        "character_kind": {name: _group(group, CHARACTER_GROUP) for name, group in found.character_kind.items()},
    }


def _figures_of_groups(groups: Mapping[str, PageGroup]) -> Figures:
    return {
        name: {
            "pages": group.pages,
            "mean_f1": group.mean_f1,
            "counts": _by_name(group.counts, MATCH_COUNTS),
            "interval": _by_name(group.interval, INTERVAL),
        }
        for name, group in groups.items()
    }


def _word_group(group: WordGroup) -> Figures:
    return {**_group(group, WORD_GROUP), "folded_interval": _by_name(group.folded_interval, INTERVAL)}


def _group(group: WordGroup | CharacterGroup, names: Sequence[str]) -> Figures:
    return {
        **_by_name(group, names),
        "interval": _by_name(group.interval, INTERVAL),
        "found_interval": _by_name(group.found_interval, INTERVAL),
    }
