"""The document that a page belongs to."""

import pytest

from train_easyocr.pages.records import Page


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("인.허가/5350093/2001/5350093-2001-0001-0344", "5350093/2001"),
        ("인.허가/5350093/2001/scan 7", "5350093/2001"),
        ("5350093-2001-0001-0344", "5350093/2001"),  # a flat folder: the stem tells
        ("pages/5350093-2001-0001-0344", "5350093/2001"),
        ("회계.예산/5350093/1999/5350093-2001-0001-0344", "5350093/1999"),  # where they differ, the folders
        ("letter", "letter"),  # foreign names: each page by itself
        ("scans/2001/letter", "scans/2001/letter"),
        ("010-1234-5678", "010-1234-5678"),
    ],
)
def test_a_page_belongs_to_the_document_of_its_agency_and_year(name, document):
    assert Page(name, "", "", 1, 1, (), "").document == document
