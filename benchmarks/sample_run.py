"""The sample run as a new user starts it: how many minutes it takes, and the scores that docs/sample.md shows.

    python benchmarks/sample_run.py

`bash run_sample.sh` runs from its first line to its last, set-up included (seconds where `.venv` stands already). The
scores are those of its `sample_run/evaluation_result/summary.json`. Minutes, scores, the split of the gain, and how
words are read that the training has not seen, go to benchmarks/results/sample_run.json;
`python benchmarks/readme_tables.py` writes them into docs/sample.md and docs/sample.ko.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import time

from measured import ROOT, machine, save_result

RUN = ROOT / "sample_run"


def main() -> None:
    """Run the sample and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    about = machine()
    started = time.perf_counter()
    subprocess.run(["bash", str(ROOT / "run_sample.sh")], check=True)
    minutes = (time.perf_counter() - started) / 60
    save_result("sample_run", {**scores(), "minutes": round(minutes, 1), "machine": about})


def scores() -> dict:
    """Return the figures of the run below sample_run/."""
    summary = json.loads((RUN / "evaluation_result/summary.json").read_text(encoding="utf-8"))
    return {
        "what": "run_sample.sh from start to end, and the scores of its summary.json",
        "pages": summary["pages"],
        "scores": summary["scores"],
        "gain": summary["gain"],
        "word_grouping": summary["comparison"]["word_grouping"]["end_to_end_f1"],
        "exact_in_labelled_boxes": summary["comparison"]["ground_truth_boxes"]["exact_match"],
        "cleval_end_to_end_f1": {
            grouping: summary["comparison"][grouping]["cleval_end_to_end_f1"]
            for grouping in ("default_grouping", "word_grouping")
        },
        "exact_in_labelled_boxes_by_word": {network: exact_by_word(network) for network in ("baseline", "finetuned")},
    }


def exact_by_word(network: str) -> dict[str, float]:
    """Return the share of words read exactly in labelled boxes, by whether a training document holds the word."""
    with (RUN / "training_and_validation_set/training/documents/labels.csv").open(encoding="utf-8", newline="") as file:
        trained = {row["words"] for row in csv.DictReader(file)}
    exact: dict[str, list[bool]] = {"in training": [], "not in training": []}
    readings = RUN / f"evaluation_result/predictions_{network}_ground_truth_boxes.jsonl"
    for page in map(json.loads, readings.read_text(encoding="utf-8").splitlines()):
        label = (RUN / "evaluation_set/labels" / page["image"]).with_suffix(".json").read_text(encoding="utf-8")
        texts = [word["annotation.text"] for word in json.loads(label)["annotations"]]
        for text, reading in zip(texts, page["readings"], strict=True):
            exact["in training" if text in trained else "not in training"].append(reading["text"] == text)
    return {kind: sum(values) / len(values) for kind, values in exact.items()}


if __name__ == "__main__":
    main()
