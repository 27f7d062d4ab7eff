"""The content of `summary.json` for each record, key by key, in the order of the file.

The measures are those of the summary's table. Of all other records the file holds only what is listed here: a property
that is added elsewhere does not reach it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from train_easyocr.scoring.analysis import Analysis
from train_easyocr.scoring.breakdown import Breakdown, PageGroup, WordGroup
from train_easyocr.scoring.character_kinds import CharacterGroup
from train_easyocr.scoring.cleval.iou_cases import CaseCount
from train_easyocr.scoring.detection_scores import THRESHOLDS, DetectionScores
from train_easyocr.scoring.scored_page import IouCase, MatchCounts
from train_easyocr.scoring.statistics import PairedDifference
from train_easyocr.scoring.summary import Summary

GAIN = (
    *("as_shipped", "as_installed", "whole", "grouping", "mask", "recognition", "detection"),
    "installed_grouping",
)
COUNTED = ("count", "examples")
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


def summary_figures(summary: Summary) -> dict[str, Any]:
    """Return the content of `summary.json`."""
    in_scores = [measure.key for measure in summary.measures if measure.in_scores]
    return {
        "scores": {
            network: {grouping: {key: scores[key] for key in in_scores} for grouping, scores in groupings.items()}
            for network, groupings in summary.scores.items()
        },
        "gain": summary.gain and _by_name(summary.gain, GAIN),
        "comparison": {
            grouping: {key: difference_figures(found) for key, found in differences.items()}
            for grouping, differences in summary.comparison.items()
        },
        "analysis": {
            network: {grouping: analysis_figures(analysis) for grouping, analysis in groupings.items()}
            for network, groupings in summary.analysis.items()
        },
        "pages": summary.pages,
        "covered_pages": dict(summary.covered_pages),
        "failed_pages": [{"image": image, "reason": reason} for image, reason in summary.failures.items()],
        "left_out": {reason: _by_name(labels, COUNTED) for reason, labels in summary.left_out.items()},
        "pages_to_look_at": {reason: _by_name(pages, COUNTED) for reason, pages in summary.pages_to_look_at.items()},
        "settings": dict(summary.conditions),
        "versions": dict(summary.versions),
    }


def analysis_figures(analysis: Analysis) -> dict[str, Any]:
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


def difference_figures(found: PairedDifference) -> dict[str, Any]:
    """Return one figure of the `comparison` of two networks in one grouping."""
    return {
        "first": found.first,
        "second": found.second,
        "difference": _by_name(found.difference, INTERVAL),
        "larger_than_chance": found.larger_than_chance,
        "verdict": found.verdict,
    }


def _by_name(record: object, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def _detection(scores: DetectionScores) -> dict[str, Any]:
    rows = zip(THRESHOLDS, scores.counts, scores.average_precisions, strict=True)
    return {"thresholds": [_at_threshold(*row) for row in rows], **_by_name(scores, DETECTION)}


def _at_threshold(threshold: float, counts: MatchCounts, average_precision: float) -> dict[str, Any]:
    return {
        "threshold": threshold,
        **_by_name(counts, ("pairs", "predictions", "ground_truths")),
        "average_precision": average_precision,
        "precision": counts.detection_precision,
        "recall": counts.detection_recall,
        "f1": counts.detection_f1,
    }


def _case_count(found: CaseCount) -> dict[str, Any]:
    return {
        **_by_name(found, ("cases", "characters", "with_a_pair")),
        "examples": [_case(page, case) for page, case in found.examples],
    }


def _case(page: str, case: IouCase) -> dict[str, Any]:
    return {
        "page": page,
        "words": [_by_name(word, WORD) for word in case.words],
        "readings": [_by_name(reading, READING) for reading in case.readings],
        **_by_name(case, ("characters", "paired")),
    }


def _breakdown(found: Breakdown) -> dict[str, Any]:
    return {
        "category": _figures_of_groups(found.category),
        "year": _figures_of_groups(found.year),
        **{
            kind: {name: _word_group(group) for name, group in getattr(found, kind).items()}
            for kind in ("text_length", "box_height", "direction", "fields")
        },
        "character_kind": {name: _group(group, CHARACTER_GROUP) for name, group in found.character_kind.items()},
    }


def _figures_of_groups(groups: Mapping[str, PageGroup]) -> dict[str, Any]:
    return {
        name: {
            "pages": group.pages,
            "mean_f1": group.mean_f1,
            "counts": _by_name(group.counts, MATCH_COUNTS),
            "interval": _by_name(group.interval, INTERVAL),
        }
        for name, group in groups.items()
    }


def _word_group(group: WordGroup) -> dict[str, Any]:
    return {**_group(group, WORD_GROUP), "folded_interval": _by_name(group.folded_interval, INTERVAL)}


def _group(group: WordGroup | CharacterGroup, names: Sequence[str]) -> dict[str, Any]:
    return {
        **_by_name(group, names),
        "interval": _by_name(group.interval, INTERVAL),
        "found_interval": _by_name(group.found_interval, INTERVAL),
    }
