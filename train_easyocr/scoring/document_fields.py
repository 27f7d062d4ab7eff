"""The fields that matter most in a public document: amounts, dates, document and phone numbers, references to the law.

One wrong digit in a word is a small error rate but a wrong amount, so these words are scored by exact match. They are
recognised by the labelled text alone. A label is one word as AI-Hub cuts them, brackets and full stops included; dates
in words are in several labels (2001년 | 6월 | 15일).
"""

from __future__ import annotations

import re
from functools import lru_cache

_EDGES = " \t()[]{}<>〈〉《》「」『』【】〔〕\"'‘’“”,.:;·ㆍ*※~-"
"""Punctuation that may stand around a field and is not part of it."""

_AMOUNT = r"""
    (?: 금 | ₩ | ￦ | \\ )? \s? (?:
        \d{1,3} (?: ,\d{3} )+ (?: 천 | 만 | 백만 | 억 )? 원? 정?      # 54,500  3,000원  금1,500,000원정
      | \d+ (?: \.\d+ )? (?: 백 | 천 | 만 | 백만 | 천만 | 억 )? 원 정?  # 500원  3만원  1.5억원
    )
  | 금 \s? [일이삼사오육칠팔구영십백천만억]+ 원 정?                     # 금일백만원정: a unit like 천원 needs the 금
"""
_MONTH, _DAY = r"(?: 0?[1-9] | 1[0-2] )", r"(?: 0?[1-9] | [12]\d | 3[01] )"
_DATE = rf"""
    (?:19|20)? \d\d \. \s? {_MONTH} \. \s? {_DAY} (?: \.? \( [월화수목금토일] )?   # 2001.06.15  01.6.15  2001.6.15.(금)
  | (?:19|20) \d\d ([-/]) {_MONTH} \1 {_DAY}                            # 2001-06-15
  | (?:19|20) \d\d 년 도? (?: \s? {_MONTH} 월 (?: \s? {_DAY} 일 )? )?         # 2001년  2001년6월15일
  | {_MONTH} 월 (?: \s? {_DAY} 일 )? | {_DAY} 일                          # 6월  6월15일  15일
"""
_DOCUMENT_NUMBER = r"""
    [가-힣]* \s? \d{5} - \d{1,5} 호?                                    # 농정13420-357  58551-1023
  | [가-힣]+ (?: 과 | 팀 | 실 | 국 | 단 | 담당관 | 센터 | 소 ) - \d{1,6} 호?   # 총무과-1234
  | (?: [가-힣]+ \s? )? 제? (?: (?:19|20) \d\d | \d\d ) - \d{1,5} 호      # 고시제2001-15호
"""
_PHONE_NUMBER = r"""
    (?: (?: ☎ | ☏ | 전화 (?:번호)? | 팩스 | FAX | TEL | HP ) [\s:.()]* )?
    (?: 0\d{1,2} [-)]? \s? )? \d{3,4} - \d{4} (?: [~,] \d{1,4} )?         # (055)330-3331  330-3331~2
"""
_AFTER_LAW = r"(?= $ | [^가-힣] | 제\d | 시행 | 의 | 에 | 상 | 등 | 을 | 및 | 과 )"
_LAW = rf"""
    제 \d+ 조 | \d+ 조 제 \d                                             # 제3조의2  0조제1항
  | 제 \d+ (?: 항 | 호 (?!선|실|기|차|관) )                               # 제1항의  제3호
  | [가-힣·ㆍ]{{2,30}} (?<! 방 ) (?<! 용 ) (?<! 공 ) (?<! 기 ) 법 {_AFTER_LAW}  # 건축법, but 처리방법, 사용법
  | 관한법률 | 특별법 | 시행령 | 시행규칙 | [가-힣]{{2,30}} 조례
"""

WHOLE_WORD = {
    "amounts": re.compile(_AMOUNT, re.VERBOSE),
    "dates": re.compile(_DATE, re.VERBOSE),
    "document_numbers": re.compile(_DOCUMENT_NUMBER, re.VERBOSE),
    "phone_numbers": re.compile(_PHONE_NUMBER, re.VERBOSE | re.IGNORECASE),
}
"""Patterns of fields that are a word of their own, edges stripped."""
WITHIN_WORD = {"law_references": re.compile(_LAW, re.VERBOSE)}
"""Patterns of fields that may be a part of a word."""
FIELDS = (*WHOLE_WORD, *WITHIN_WORD)


@lru_cache(maxsize=1 << 16)
def fields_of(text: str) -> tuple[str, ...]:
    """Return the kinds of field that a labelled word belongs to.

    >>> fields_of("(3,000원)"), fields_of("2001.06.15"), fields_of("결재")
    (('amounts',), ('dates',), ())
    """
    core = text.strip(_EDGES)
    whole = [name for name, pattern in WHOLE_WORD.items() if pattern.fullmatch(core)]
    return (*whole, *(name for name, pattern in WITHIN_WORD.items() if pattern.search(text)))
