"""Door of step 5: reads the evaluation set with both networks, scores them, and writes the results."""

from __future__ import annotations

from train_easyocr.program.door import guard_imports, run_door

if __name__ == "__main__":
    guard_imports()

import argparse
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from train_easyocr.configuration.config import load_settings
from train_easyocr.configuration.settings import Settings
from train_easyocr.dataset.drops import DropLog
from train_easyocr.dataset.excluded_labels import read_excluded_labels
from train_easyocr.dataset.sets.page_folders import labelled_pages
from train_easyocr.dataset.sets.set_account import account_of
from train_easyocr.easyocr_port.custom_network import installed_files
from train_easyocr.easyocr_port.engine.detection_cache import clear_cache
from train_easyocr.easyocr_port.weights import easyocr_folder
from train_easyocr.installation.network_files import installed_meanwhile
from train_easyocr.pages.predictions import read_predictions
from train_easyocr.pages.provenance import checkpoint_of, labels_sha256, sha256
from train_easyocr.pages.records import PageFile
from train_easyocr.program.errors import UserError
from train_easyocr.program.loading import loading
from train_easyocr.program.run_lock import one_run
from train_easyocr.program.terminal_text import counted, printable
from train_easyocr.report.console import NETWORKS, TITLES, exact_table, headlines, score_table
from train_easyocr.report.files import PREDICTIONS, demand_no_loss, write_results
from train_easyocr.report.html.evaluation import write_evaluation_report
from train_easyocr.scoring.columns import BASELINE, FINETUNED, OWN_BOXES, Readings
from train_easyocr.scoring.page_scoring import score_all
from train_easyocr.scoring.places import find_places
from train_easyocr.scoring.scored_page import Results
from train_easyocr.scoring.summary import Summary, summarize
from train_easyocr.texts.text_scores import nfc

if TYPE_CHECKING:
    from train_easyocr.reading.comparison import ReadingPlan

BASELINE_FOLDER = ".baseline"  # in the output, where the lock keeps other runs out


def main() -> None:
    """Read, score, write the files, draw the pages, print the table."""
    arguments = parse_arguments()
    if arguments.clear_cache:
        removed, size = clear_cache(arguments.cache)
        print(f"Removed {counted(removed, 'page')}, {size:.0f} MB, from {arguments.cache}")
        return
    demand_kept(arguments.predictions, arguments.output if arguments.networks else None)
    settings = load_settings(arguments.config)
    left_out = DropLog()
    pages = evaluation_pages(arguments.eval_set, settings, left_out)
    engines = {name: read_predictions(path, [file.page for file in pages]) for name, path in arguments.predictions}
    plan = reading_plan(arguments, settings) if arguments.networks else None
    with one_run(arguments.output, "choose another --output"):
        account = account_of([(file.page, file.path) for file in pages], left_out)
        if said := account.lines():
            print(printable(str(arguments.eval_set)), *said, sep="\n", flush=True)
        readings: Readings = {}
        failures: dict[str, str] = {}
        if plan is None:
            demand_no_loss(arguments.output, engines)
            conditions = {}
        else:
            readings, failures = read_with_networks(plan, arguments, pages)
            conditions = {"baseline": settings.baseline, **plan.conditions()}
            conditions["weights"] = weights(plan, arguments, settings)
        conditions = {
            "eval_set": printable(str(arguments.eval_set)),
            "labels_sha256": labels_sha256(file.page for file in pages),
            "config": printable(str(arguments.config)),
            "placeholder_texts": list(settings.placeholder_texts),
            "exclude_labels": printable(settings.exclude_labels),
            **conditions,
        }
        results = score_all(pages, {**readings, **{name: {OWN_BOXES: found} for name, (found, _) in engines.items()}})
        covered = {name: count for name, (_, count) in engines.items()}
        summary = summarize(
            results,
            len(pages),
            conditions,
            failures,
            covered,
            left_out=left_out.to_dict(),
            pages_to_look_at=account.to_look_at.to_dict(),
        )
        write(arguments, pages, results, summary)


def write(arguments: argparse.Namespace, pages: Sequence[PageFile], results: Results, summary: Summary) -> None:
    """Write the files and the report, print the table."""
    output, findings = arguments.output, find_places(results)
    write_results(output, results, summary)
    report = write_evaluation_report(
        output, results, summary, findings, pages, pictures=not arguments.no_pages, hide_texts=arguments.mask_text
    )
    print(score_table(summary), exact_table(summary), *headlines(summary), sep="\n")
    print(f"Written: {output}, for people {report}")


def evaluation_pages(folder: Path, settings: Settings, left_out: DropLog) -> list[PageFile]:
    """Read the labels below `folder`, and count those that take no part in `left_out`."""
    images, excluded = folder / "images", read_excluded_labels(settings.exclude_labels)
    return [
        PageFile(page, path, nfc(path.relative_to(images).as_posix()))
        for page, path in labelled_pages(folder, excluded, settings.placeholder_texts, left_out)
    ]


def reading_plan(arguments: argparse.Namespace, settings: Settings) -> ReadingPlan:
    """Plan what is read with the networks that were asked for."""
    # Loading torch and EasyOCR takes seconds, which scoring a file of predictions does not need.
    with loading(modules=2020):
        from train_easyocr.reading.comparison import comparison_plan

    return comparison_plan(
        easyocr_folder(),
        baseline=settings.baseline if BASELINE in arguments.networks else None,
        baseline_folder=arguments.output / BASELINE_FOLDER,
        finetuned=FINETUNED in arguments.networks,
        cache_folder=arguments.cache,
        cache_limit=round(arguments.cache_limit * 2**30),
        cuda=arguments.cuda,
    )


def read_with_networks(
    plan: ReadingPlan, arguments: argparse.Namespace, pages: Sequence[PageFile]
) -> tuple[Readings, dict[str, str]]:
    """Read all pages as planned: readings by network and grouping, and failures by page."""
    from train_easyocr.reading.session import read_evaluation_set

    folder = arguments.output / BASELINE_FOLDER
    with installed_meanwhile(BASELINE, plan.baseline, folder) if plan.baseline else nullcontext():
        return read_evaluation_set(plan, pages, arguments.output, arguments.workers)


def weights(plan: ReadingPlan, arguments: argparse.Namespace, settings: Settings) -> dict[str, dict[str, str]]:
    """Name the weights that are read with, and the checkpoint that the fine-tuned ones were installed from."""
    files = {BASELINE: plan.baseline.path} if plan.baseline else {}
    if FINETUNED in arguments.networks:
        files[FINETUNED] = installed_files("finetuned", easyocr_folder())[0]
    named = {network: {"file": printable(str(path)), "sha256": sha256(path)} for network, path in files.items()}
    if FINETUNED in files:
        likely = f"{settings.experiment_name}/{settings.install}.pth"
        if checkpoint := checkpoint_of(files[FINETUNED], arguments.saved_models, likely):
            named[FINETUNED]["checkpoint"] = printable(str(checkpoint))
    return named


def parse_arguments() -> argparse.Namespace:
    """Read the command line; without a network and without predictions, both networks are read."""
    parser = argparse.ArgumentParser(
        description="Step 5: read the pages of an evaluation set with the published network (baseline) and with the "
        "fine-tuned one that step 4 installed, and score both: with EasyOCR's default grouping of boxes, with one box "
        "a word, and on the labelled boxes.",
        epilog="Example: python3 evaluate.py --eval_set dataset/evaluation_set --baseline --finetuned",
    )
    parser.add_argument("--eval_set", type=Path, help="folder with images/ and labels/, from step 2")
    parser.add_argument("--baseline", action="store_true", help="read with the network of the config's key 'baseline'")
    parser.add_argument("--finetuned", action="store_true", help="read with 'finetuned' from EasyOCR's folder")
    parser.add_argument(
        "--predictions",
        action="append",
        default=[],
        type=named_file,
        metavar="NAME=FILE.jsonl",
        help="score readings from a file, in the format of predictions_*.jsonl; repeatable; needs no network",
    )
    config = Path("train_easyocr/config_files/config.yaml")
    parser.add_argument("--config", type=Path, default=config, help="default: %(default)s")
    parser.add_argument("--output", type=Path, default=Path("evaluation_result"), help="default: %(default)s")
    parser.add_argument("--cuda", action="store_true", help="read on the GPU; default: CPU, int8 as in EasyOCR")
    parser.add_argument("--workers", type=int, default=1, help="processes that read pages; default: %(default)s")
    parser.add_argument("--cache", type=Path, help="what was detected; default: score_maps in EasyOCR's folder")
    parser.add_argument("--cache_limit", type=float, default=4.0, help="its size in GiB; 0: none; default: %(default)s")
    parser.add_argument("--clear_cache", action="store_true", help="empty that folder and do nothing else")
    parser.add_argument("--no_pages", action="store_true", help="a report without pictures of the pages and words")
    parser.add_argument(
        "--mask_text",
        action="store_true",
        help="a report that may leave the office: without texts, its pictures blurred; hand on report.html and "
        "report_files/ alone",
    )
    parser.add_argument(
        "--saved_models",
        type=Path,
        default=Path("train_easyocr/saved_models"),
        help="where step 3 wrote; the report shows the training of the installed weights; default: %(default)s",
    )
    arguments = parser.parse_args()
    if not arguments.eval_set and not arguments.clear_cache:
        parser.error("--eval_set DIR is missing; step 2 writes one: dataset/evaluation_set")
    asked = [network for network in (BASELINE, FINETUNED) if getattr(arguments, network)]
    arguments.cache = arguments.cache or easyocr_folder() / "score_maps"
    arguments.networks = asked or ([] if arguments.predictions else [BASELINE, FINETUNED])
    return arguments


def demand_kept(predictions: Sequence[tuple[str, Path]], replaced: Path | None) -> None:
    """Refuse two files of one name, and files among those of the folder `replaced`, which this run replaces."""
    names = [name for name, _ in predictions]
    for name, path in predictions:
        if names.count(name) > 1:
            raise UserError(f"--predictions {name}={path}: the name stands twice; give each file its own")
        if replaced and path.resolve().parent == replaced.resolve() and path.match(PREDICTIONS):
            raise UserError(f"--predictions {name}={path}: this run replaces that file; choose another --output")


def named_file(argument: str) -> tuple[str, Path]:
    """Split NAME=FILE; the name must show in a table and differ from what stands there already."""
    name, equals, path = argument.partition("=")
    taken = dict.fromkeys((*NETWORKS, *TITLES, *TITLES.values()))
    if not equals or not name or name in taken:
        raise UserError(f"--predictions {argument}: expected NAME=FILE.jsonl, NAME not {' · '.join(taken)}")
    if name != printable(name):
        raise UserError(f"--predictions {argument}: NAME holds characters that do not show; use another name")
    return name, Path(path)


if __name__ == "__main__":
    run_door(main)
