"""Dates, numbers and amounts are told by their text."""

import pytest

from train_easyocr.scoring.document_fields import FIELDS, fields_of

EXAMPLES = {
    "amounts": """54,500 3,000원 (3,000원) 금1,500,000원정 금일백만원정 500원 3만원 1.5억원 ₩12,000 5,000천원
                  1,234,567 ※500원""",
    "dates": """2001.06.15 2001.06.15. '01.6.15 01.6.15. (2001.6.15) 2001-06-15 2001/6/5 2001년 2001년도 2001년6월15일
                6월 15일 31일 2001.6.15.(금)""",
    "document_numbers": "농정13420-357 58551-1023 총무과-1234 민원팀-7 제2001-15호 고시제2001-15호 (제01-3호)",
    "phone_numbers": """(055)330-3331 055-330-3331 055)330-3331 330-3331 330-3331~2 ☎330-3331 전화:055)330-3331
                        FAX(055)330-3339 010-123-4567 1588-1234""",
    "law_references": """제3조 제3조의2 제1항의 0조제1항,소음·진동규제법 건축법 「건축법」 건축법시행령 시행규칙 지적법
                         도로법상 도시계획법제12조의 주민등록법에 별지제3호서식
                         국토의계획및이용에관한법률 김해시주차장조례""",
}

OTHER_WORDS = """귀하께서 결재 끝. 1. 2001 500 12,34 1,234㎡ 천원 (단위:천원) 621-701 800101-1234567 12-34 2001.13.15
                 32일 13월 6개월 방법 처리방법 사용법 위법 비영리법인 관할법원 조직 10조원 5조 조례 제3호선 · 지시 -"""


@pytest.mark.parametrize(("field", "text"), [(field, text) for field in FIELDS for text in EXAMPLES[field].split()])
def test_fields_are_told_by_their_text_and_not_taken_for_another(field, text):
    assert fields_of(text) == (field,)


@pytest.mark.parametrize("text", OTHER_WORDS.split())
def test_other_words_are_no_field(text):
    assert fields_of(text) == ()


def test_a_label_with_spaces_inside_is_a_field_as_well():
    assert fields_of("2001. 6. 15.") == fields_of("2001년 6월 15일") == ("dates",)
    assert fields_of("금 일백만원정") == ("amounts",)
    assert fields_of("건축법 제3조") == ("law_references",)
    assert fields_of("경남 김해시") == fields_of("") == ()


def test_a_very_long_label_is_read_in_a_moment():
    # Patterns that try every way to cut a run of syllables would take minutes here.
    assert fields_of("가" * 20_000 + "법인") == ()
    assert fields_of("1" * 20_000) == ()
