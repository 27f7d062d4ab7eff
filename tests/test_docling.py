"""docling's OCR stage reads lines with an installed network, given the options that docs/other_programs.md shows."""

import subprocess
import sys

import pytest
from image_kinds import file_of
from PIL import Image, ImageDraw, ImageFont

pytest.importorskip("docling.models.stages.ocr.easyocr_model", reason="optional: python3 -m pip install docling")

# The whole converter would download its layout model; its OCR stage is what reads with EasyOCR.
STAGE = """
import sys
from pathlib import Path
from docling.backend.pypdfium2_backend import PyPdfiumDocumentBackend
from docling.datamodel.accelerator_options import AcceleratorOptions
from docling.datamodel.base_models import InputFormat, Page
from docling.datamodel.document import ConversionResult, InputDocument
from docling.datamodel.pipeline_options import EasyOcrOptions, OcrMode
from docling.models.stages.ocr.easyocr_model import EasyOcrModel

path, name = sys.argv[1:]
options = EasyOcrOptions(lang=["ko", "en"], recog_network=name, download_enabled=False, mode=OcrMode.FULL_PAGE)
stage = EasyOcrModel(True, None, options, AcceleratorOptions(device="cpu"))
document = InputDocument(path_or_stream=Path(path), format=InputFormat.PDF, backend=PyPdfiumDocumentBackend)
page = Page(page_no=1)
page._backend = document._backend.load_page(0)
page.size = page._backend.get_size()
[page] = stage(ConversionResult(input=document), [page])
print(*(cell.text for cell in page.cells), sep="\\n")
"""


def test_docling_reads_lines_with_an_installed_network(english_folder, tmp_path, monkeypatch):
    page = Image.new("L", (420, 160), "white")
    for row, text in enumerate(["Gimhae City 2001", "Total 54,500"]):
        ImageDraw.Draw(page).text((20, 25 + 60 * row), text, font=ImageFont.load_default(30), fill="black")
    (tmp_path / "page.pdf").write_bytes(file_of(page, "PDF", resolution=216))
    monkeypatch.setenv("EASYOCR_MODULE_PATH", str(english_folder))
    command = [sys.executable, "-W", "ignore", "-c", STAGE, tmp_path / "page.pdf", "english_copy"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["Gimhae City 2001", "Total 54,500"], done.stderr
