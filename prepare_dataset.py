"""Step 2, the door: AI-Hub's archives become word patches, an evaluation set and a tuning set."""

from __future__ import annotations

from train_easyocr.program.door import guard_imports, run_door

if __name__ == "__main__":
    guard_imports()

import argparse
import os
import shlex
from pathlib import Path

from train_easyocr.configuration.config import load_settings
from train_easyocr.configuration.settings import Settings
from train_easyocr.dataset.dataset_report import report_text
from train_easyocr.dataset.excluded_labels import read_excluded_labels
from train_easyocr.dataset.imported.sources import open_source
from train_easyocr.dataset.imported.writing import ImportPlan, import_words
from train_easyocr.dataset.lines import LineRules
from train_easyocr.dataset.patches import PatchRules
from train_easyocr.dataset.prepare import OPTION_OF_SET, PreparationPlan, prepare
from train_easyocr.dataset.sets.set_folders import set_folder
from train_easyocr.dataset.sets.splits import DETECTION_SETS, SET_NAMES, PageCounts
from train_easyocr.easyocr_port.custom_network import SHIPPED
from train_easyocr.program.errors import UserError
from train_easyocr.texts.charset import character_list

NEEDED_BY = {
    **dict.fromkeys(("sample_training_pages", "sample_validation_pages", "sample_dpi"), ("make_sample",)),
    **dict.fromkeys(("words", "lines", "identifiers", "hanja"), ("make_words",)),
    **dict.fromkeys(("pages", "validation_pages"), ("make_pages",)),
    "fonts": ("make_words", "make_pages"),
    **dict.fromkeys(("import_validation", "import_images", "import_name"), ("import_labels",)),
}
"""Options that do nothing without one of others."""

SET_KEYS = {"train_data": "training", "val_data": "validation"}
DEFAULT_CONFIG = Path(__file__).parent / "train_easyocr/config_files/config.yaml"

DESCRIPTION = """\
Turn the archives of AI-Hub's 공공행정문서 OCR into what the later steps read, below --output:

  training_and_validation_set/   patches of words, and of lines as EasyOCR joins them, with labels.csv, for step 3
  evaluation_set/                whole pages with their labels, for step 5
  tuning_set/                    whole pages for tuning the word grouping, for step 4
  detection_set/                 whole pages for training the detector, for step 3 with --detector

  dataset_report.json            what was kept, what was dropped and why; also printed

How many pages each set takes stands in the configuration (train_images, val_images, eval_images, tune_images,
detection_images, detection_val_images).
Pages are read straight from the archives, or from images and labels that are unzipped there; --unzip unpacks the
archives first. A run that was interrupted goes on."""

EXAMPLES = """\
examples:
  python3 prepare_dataset.py --dataset "dataset/공공행정문서 OCR" --workers 16
  python3 prepare_dataset.py --dataset "dataset/공공행정문서 OCR" --evaluation
  python3 prepare_dataset.py --dataset "sample/공공행정문서 OCR" --make_sample
  python3 prepare_dataset.py --output dataset/generated --make_words
  python3 prepare_dataset.py --output dataset/printed_pages --make_pages
  python3 prepare_dataset.py --output dataset --import_labels crops/gt.txt"""

IMPORT_DESCRIPTION = """\
Words that are cut out already become a set that step 3 trains on. FILE is one of these, or several:
  gt.txt      in UTF-8, a line for each word: path of the image, a tab, the label
  labels.csv  with the columns filename and words, and the images beside it or in images/
  a folder with data.mdb: an LMDB of deep-text-recognition-benchmark (image-%09d, label-%09d, num-samples)
Labels become NFC without white space at their ends. Without --import_validation a tenth of the words, at most 5,000,
is drawn by `seed` for validation. patch_store, rgb and seed come from the configuration. What is left out is counted
by reason, printed, and written to imported.json. An earlier import of the same name is replaced."""


def main() -> None:
    """Read the arguments and the configuration, and make the sample or prepare the sets."""
    arguments = parse_arguments()
    settings = load_settings(arguments.config)
    if arguments.make_sample:
        make_sample(arguments, settings)
        return
    if arguments.make_words:
        make_words(arguments, settings)
        return
    if arguments.make_pages:
        make_pages(arguments, settings)
        return
    if arguments.import_labels:
        import_labels(arguments, settings)
        return
    report = prepare(preparation(arguments, settings))
    print(report_text(report))


def parse_arguments() -> argparse.Namespace:
    """Define and read the command line."""
    parser = argparse.ArgumentParser(
        description=DESCRIPTION, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dataset", type=Path, help="folder that holds Training/ and Validation/")
    parser.add_argument("--output", type=Path, help="where to write (default: the folder that holds --dataset)")
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help="configuration (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes (default: %(default)s)")
    parser.add_argument("--unzip", action="store_true", help="unpack the archives into unzipped/ first")
    parser.add_argument("--report", action="store_true", help="only write the report, from the labels; no patches")
    sets = parser.add_argument_group("which sets to write (default: all)")
    sets.add_argument("--training", action="store_true", help="patches for training")
    sets.add_argument("--validation", action="store_true", help="patches for validation during training")
    sets.add_argument("--evaluation", action="store_true", help="whole pages for evaluation and for tuning")
    sets.add_argument("--detection", action="store_true", help="whole pages for training and validating the detector")
    sample = parser.add_argument_group("the sample dataset")
    sample.add_argument("--make_sample", action="store_true", help="write generated archives to --dataset, and end")
    sample.add_argument("--sample_training_pages", type=int, default=60, help="default: %(default)s")
    sample.add_argument("--sample_validation_pages", type=int, default=20, help="default: %(default)s")
    sample.add_argument("--sample_dpi", type=int, default=150, help="dots per inch of an A4 page; default: %(default)s")
    words = parser.add_argument_group("generated words and lines, printed while training reads them")
    words.add_argument("--make_words", action="store_true", help="write their sets to --output, and end")
    words.add_argument("--words", type=int, default=1_000_000, help="words to train on; default: %(default)s")
    words.add_argument("--lines", type=int, default=200_000, help="lines to train on; default: %(default)s")
    words.add_argument(
        "--identifiers", type=int, default=300_000, help="addresses, codes, amounts; default: %(default)s"
    )
    words.add_argument("--hanja", type=int, default=150_000, help="words with hanja; default: %(default)s")
    words.add_argument("--fonts", type=Path, nargs="+", default=[], help="folders of fonts, beside those of the system")
    pages = parser.add_argument_group("printed pages to train the detector on, in the same fonts")
    pages.add_argument("--make_pages", action="store_true", help="write training/ and validation/ to --output, and end")
    pages.add_argument("--pages", type=int, default=1500, help="pages to train on; default: %(default)s")
    pages.add_argument("--validation_pages", type=int, default=60, help="pages to validate on; default: %(default)s")
    crops = parser.add_argument_group("words of your own, cut out and labelled", IMPORT_DESCRIPTION)
    crops.add_argument(
        "--import_labels", type=Path, nargs="+", metavar="FILE", help="write their set to --output, and end"
    )
    crops.add_argument("--import_validation", type=Path, nargs="+", default=[], metavar="FILE", help="to validate on")
    crops.add_argument(
        "--import_images", type=Path, metavar="DIR", help="folder of the paths (default: the folder of each FILE)"
    )
    crops.add_argument(
        "--import_name", default="imported", metavar="NAME", help="the name for select_data; default: %(default)s"
    )
    arguments = parser.parse_args()
    if arguments.make_words and not arguments.output:
        parser.error("--make_words needs --output, the folder to write to")
    if arguments.make_pages and not arguments.output:
        parser.error("--make_pages needs --output, the folder to write to")
    if arguments.import_labels and not (arguments.output or arguments.dataset):
        parser.error("--import_labels needs --output, the folder to write to")
    for option, doors in NEEDED_BY.items():
        given = getattr(arguments, option) != parser.get_default(option)
        if given and not any(getattr(arguments, door) for door in doors):
            parser.error(f"--{option} is for {' or '.join(f'--{door}' for door in doors)}, which is not given")
    if not (arguments.make_words or arguments.make_pages or arguments.import_labels or arguments.dataset):
        parser.error("the following arguments are required: --dataset")
    return arguments


def make_words(arguments: argparse.Namespace, settings: Settings) -> None:
    """Write the sets of generated words and say what they hold."""
    # Only here: they need fonts that preparing real archives does not.
    from train_easyocr.printing.generated.writing import WordCounts, word_plans, write_sets

    counts = WordCounts(arguments.words, arguments.lines, arguments.identifiers, arguments.hanja)
    plans = word_plans(counts, settings.seed)
    write_sets(arguments.output, plans, settings.seed, arguments.fonts)


def make_pages(arguments: argparse.Namespace, settings: Settings) -> None:
    """Write the sets of printed pages, and say how to train on them."""
    # Only here: they need fonts that preparing real archives does not.
    from train_easyocr.printing.pages.writing import write_pages

    write_pages(
        arguments.output,
        pages=arguments.pages,
        validation_pages=arguments.validation_pages,
        seed=settings.seed,
        fonts=arguments.fonts,
        workers=arguments.workers,
    )
    place = shlex.quote(str(arguments.output))
    print(f"To train on them: bash step3_run_train_py.sh --detector detection_data={place}")


def import_labels(arguments: argparse.Namespace, settings: Settings) -> None:
    """Write the sets of words that are cut out already, and say how to train on them."""
    name = arguments.import_name
    if not name or set(name) & set("-/\\.*"):
        raise UserError(f"--import_name {name!r}: expected a folder's name without - / \\ . *, for select_data")
    output = output_folder(arguments)
    import_words(
        ImportPlan(
            output=output,
            name=name,
            training=[open_source(file, arguments.import_images) for file in arguments.import_labels],
            validation=[open_source(file, arguments.import_images) for file in arguments.import_validation],
            store=settings.patch_store,
            rgb=settings.rgb,
            seed=settings.seed,
            workers=arguments.workers,
        )
    )
    folders = {key: set_folder(output, role, name).parent for key, role in SET_KEYS.items()}
    places = " ".join(shlex.quote(f"{key}={folder}") for key, folder in folders.items())
    start = " ".join(f"{key}={SHIPPED}" for key in ("continue_from", "character"))
    print(f"To train on it: bash step3_run_train_py.sh {places} select_data={name} batch_ratio=1 {start}")


def make_sample(arguments: argparse.Namespace, settings: Settings) -> None:
    """Write the sample dataset."""
    # Only here: the sample needs fonts that preparing real archives does not.
    from train_easyocr.printing.sample.writing import write_sample

    write_sample(
        arguments.dataset,
        training_pages=arguments.sample_training_pages,
        validation_pages=arguments.sample_validation_pages,
        dpi=arguments.sample_dpi,
        seed=settings.seed,
        workers=arguments.workers,
    )


def output_folder(arguments: argparse.Namespace) -> Path:
    """Return the folder to write to: the one named, or that which holds the dataset."""
    output: Path = arguments.output or arguments.dataset.absolute().parent
    return output


def preparation(arguments: argparse.Namespace, settings: Settings) -> PreparationPlan:
    """Translate command line and configuration into plain arguments."""
    counts = page_counts(settings)
    asked = [name for name, option in OPTION_OF_SET.items() if getattr(arguments, option)]
    # The sets of the detector are written only if pages are asked for: few people train a detector.
    all_of_them = [name for name in SET_NAMES if name not in DETECTION_SETS or getattr(counts, name)]
    return PreparationPlan(
        archive_folder=arguments.dataset,
        output=output_folder(arguments),
        sets=asked or all_of_them,
        counts=counts,
        seed=settings.seed,
        patch_folder=next(iter(settings.datasets)),
        unzip=arguments.unzip,
        report_only=arguments.report,
        workers=arguments.workers,
        rules=PatchRules(
            rgb=settings.rgb,
            keep_vertical=settings.keep_vertical,
            min_size=settings.min_patch_size,
            placeholder_texts=settings.placeholder_texts,
            lines=line_rules(settings),
        ),
        line_share=settings.line_patches,
        store=settings.patch_store,
        by_document=settings.split_by == "document",
        drop_near_duplicates=settings.drop_near_duplicates,
        charset=frozenset(character_list(settings.character)),
        excluded=read_excluded_labels(settings.exclude_labels),
    )


def page_counts(settings: Settings) -> PageCounts:
    """Say how many pages each set takes."""
    return PageCounts(
        training=settings.train_images,
        validation=settings.val_images,
        evaluation=settings.eval_images,
        tuning=settings.tune_images,
        detection_training=settings.detection_images,
        detection_validation=settings.detection_val_images,
    )


def line_rules(settings: Settings) -> LineRules | None:
    """Say which lines become patches; None where none are asked for."""
    if not settings.line_patches:
        return None
    return LineRules(
        widest=settings.img_width,
        longest=settings.batch_max_length,
        seed=settings.seed,
        image_height=settings.img_height,
    )


if __name__ == "__main__":
    run_door(main)
