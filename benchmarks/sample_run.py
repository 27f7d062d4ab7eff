"""The sample run as a new user starts it: how many minutes it takes, and the scores that docs/sample.md shows.

    python benchmarks/sample_run.py

`bash run_sample.sh` runs from its first line to its last, set-up included (seconds where `.venv` stands already). The
scores are those of its `sample_run/evaluation_result/summary.json`. Minutes, scores and the split of the gain go to
benchmarks/results/sample_run.json; `python benchmarks/readme_tables.py` writes them into docs/sample.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time

from measured import ROOT, machine, save_result

SUMMARY = ROOT / "sample_run/evaluation_result/summary.json"


def main() -> None:
    """Run the sample and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    about = machine()
    started = time.perf_counter()
    subprocess.run(["bash", str(ROOT / "run_sample.sh")], check=True)
    minutes = (time.perf_counter() - started) / 60
    summary = json.loads(SUMMARY.read_text(encoding="utf-8"))
    result = {
        "what": "run_sample.sh from start to end, and the scores of its summary.json",
        "minutes": round(minutes, 1),
        "pages": summary["pages"],
        "scores": summary["scores"],
        "gain": summary["gain"],
        "word_grouping": summary["comparison"]["word_grouping"]["end_to_end_f1"],
        "cleval_end_to_end_f1": {
            grouping: summary["comparison"][grouping]["cleval_end_to_end_f1"]
            for grouping in ("default_grouping", "word_grouping")
        },
        "machine": about,
    }
    save_result("sample_run", result)


if __name__ == "__main__":
    main()
