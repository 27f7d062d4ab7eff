"""Door for people who have pages: reads images and PDF files, and writes text, JSON lines or searchable PDF files."""

from __future__ import annotations

from train_easyocr.program.door import guard_imports, leave, run_door

if __name__ == "__main__":
    guard_imports()

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from train_easyocr.easyocr_port.custom_network import SHIPPED
from train_easyocr.easyocr_port.weights import easyocr_folder
from train_easyocr.pages.documents.finding import DOCUMENT_ENDINGS, find_documents
from train_easyocr.program.terminal_text import counted, printable
from train_easyocr.reading.documents import ENDINGS, read_documents
from train_easyocr.reading.installed import installed_options, lines_and_turn

INCOMPLETE = 3
"""The exit status after which some pages are missing."""

EXAMPLES = f"""examples:
  python3 -m train_easyocr.install --shipped          once: installs {SHIPPED}
  python3 -m train_easyocr.read page.jpg              writes readings/page.txt
  python3 -m train_easyocr.read scans --format pdf    every image and PDF below scans/, each as a PDF to search in
  python3 -m train_easyocr.read letter.pdf --format jsonl --output boxes --network finetuned

Formats:
  text   a line for each line of the page, in reading order; a form feed between pages
  jsonl  a line of JSON for each page: the box, text, confidence and line of every word
  pdf    the page as it was, with its text invisible over it, so that it can be searched and copied; a page
         that lies turned is turned upright, and text that a PDF holds already is not written again

A result lies below --output as its file lies below the folder that was named, and is replaced by that of a later
run, which reads everything anew. Each is written whole or not at all. Files that other programs leave in folders
(Thumbs.db, ._page.jpg) and files of other kinds are left out and counted.

Exit status: 0 all pages were read; 2 nothing was, for a reason told in a line; {INCOMPLETE} some pages or files
could not be read, each told in a line, and all others were read.
"""


def main() -> None:
    """Find the files, read them, and say where the results are."""
    arguments = parse_arguments()
    folder = easyocr_folder()
    installed_options(arguments.network, folder)  # tells a network that is not installed before torch is imported
    found = find_documents(arguments.files, arguments.output, ENDINGS[arguments.format])
    for paths, what in ((found.stray, "left by other programs"), (found.others, "neither images nor PDF")):
        if paths:
            print(left_out(paths, what))
    from train_easyocr.easyocr_port.engine.loaded_network import loaded_network  # torch, which takes seconds
    from train_easyocr.easyocr_port.engine.reader import demand_device

    demand_device(arguments.cuda)
    loaded_network(arguments.network, folder, arguments.cuda)
    read = partial(lines_and_turn, name=arguments.network, cuda=arguments.cuda)
    try:
        done, failed = read_documents(found.results, arguments.format, read)
    except KeyboardInterrupt as stop:
        kept = f"what was written to {arguments.output} until then is whole and stays"
        raise type(stop)(f"{kept}; the same command reads every file anew") from None
    if done:
        print(f"Read {counted(done, 'page')} with {arguments.network}, written: {printable(str(arguments.output))}")
    if failed:
        leave(f"{counted(failed, 'page')} could not be read, see above; all others were", INCOMPLETE)


def left_out(paths: Sequence[Path], what: str) -> str:
    """Say how many files are left out, with an example."""
    return f"left out: {counted(len(paths), 'file')} {what}, such as {printable(str(paths[0]))}"


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python3 -m train_easyocr.read",
        description="Read pages with an installed network, and write a result for each file.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help=f"images, PDF and TIFF files with all their pages, or folders of these ({' '.join(DOCUMENT_ENDINGS)})",
    )
    parser.add_argument("--format", choices=ENDINGS, default="text", help="what to write; default: %(default)s")
    parser.add_argument(
        "--output", type=Path, default=Path("readings"), metavar="FOLDER", help="where to; default: %(default)s"
    )
    parser.add_argument(
        "--network", default=SHIPPED, metavar="NAME", help="the installed network that reads; default: %(default)s"
    )
    parser.add_argument("--cuda", action="store_true", help="read on the GPU; default: on the CPU")
    return parser.parse_args()


if __name__ == "__main__":
    run_door(main)
