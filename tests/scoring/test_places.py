"""The words with each confusion, and the labels that both networks contradict."""

from scored_pages import scored, side_by_side

from train_easyocr.pages.records import Reading, Word
from train_easyocr.scoring.places import WordPlace, confused_words, find_places, suspect_labels


def test_a_confusion_leads_to_its_words_as_character_and_as_parts_of_the_syllable():
    pages = [side_by_side(("결재", "결재"), ("결재", "결제")), side_by_side(("재", "제"), ("끝.", "끝"))]
    found = confused_words(pages)
    assert found["characters"]["재", "제"] == (WordPlace(0, 1, "결제", 0.9), WordPlace(1, 0, "제", 0.9))
    assert found["vowels"] == {("ㅐ", "ㅔ"): found["characters"]["재", "제"]}
    assert found["characters"][".", ""] == (WordPlace(1, 1, "끝", 0.9),)
    assert found["initials"] == found["finals"] == {}


def test_a_word_stands_once_however_often_it_confuses_and_the_first_words_are_kept():
    pages = [side_by_side(("재재", "제제"))] * 5
    assert len(confused_words(pages)["characters"]["재", "제"]) == 5
    assert [place.page for place in confused_words(pages, most=2)["characters"]["재", "제"]] == [0, 1]


def test_a_label_is_suspect_where_both_networks_read_the_same_other_text():
    boxes = [(100 * column, 0, 100 * column + 90, 40) for column in range(4)]
    words = [Word(text, box) for text, box in zip(("결재", "귀하", "끝.", "표"), boxes, strict=True)]

    def page(*readings):
        return scored(words, [Reading(box, *read) for box, read in zip(boxes, readings, strict=True)])

    before = page(("결제", 0.9), ("귀하", 0.9), ("끌.", 0.5), ("", 0.9))
    after = page(("결제", 0.6), ("귀허", 0.9), ("끌.", 0.9), ("", 0.9))
    # 귀하 was read differently, and nothing read twice is no other text; the lower confidence counts.
    assert suspect_labels([before], [after]) == (WordPlace(0, 0, "결제", 0.6), WordPlace(0, 2, "끌.", 0.5))


def test_suspects_need_both_networks_and_variants_have_no_confusions_of_their_own():
    page = side_by_side(("결재", "결제"))
    one = {"word_grouping": [page], "ground_truth_boxes": [page]}
    found = find_places({"baseline_as_shipped": one, "baseline": one, "finetuned": one, "finetuned_as_installed": one})
    assert set(found.confused) == {"baseline", "finetuned"} and len(found.suspects) == 1
    assert find_places({"finetuned": one, "tesseract": {"own_boxes": [page]}}).suspects is None
