"""The author of a sample page: fills the patterns of `sample_sentences.yaml` with words, numbers and invented names."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from train_easyocr.dataset.sample_vocabulary import sentences, subjects, words

_SLOT = re.compile(r"\{([^}]+)\}")
_PARTICLE = re.compile(r"(.)([\"」)]?)\[(을|이|은|과|으로)\]")
_WITHOUT_FINAL = {"을": "를", "이": "가", "은": "는", "과": "와", "으로": "로"}
# Finals as Unicode counts them (8 is ㄹ) of the digits that have one when read: 영 일 삼 육 칠 팔.
_FINAL_RIEUL = 8
_DIGIT_FINALS = {"0": 21, "1": _FINAL_RIEUL, "3": 16, "6": 1, "7": _FINAL_RIEUL, "8": _FINAL_RIEUL}


class Author:
    """Writes about one category for one city in one year; its random generator decides every word."""

    def __init__(self, rng: random.Random, category: str, city: str, year: int) -> None:
        self.rng = rng
        self.subject = subjects()[category]
        self.city = city
        self.year = year
        self.province = rng.choice(words("provinces"))
        self.area_code = rng.choice(("031", "033", "041", "043", "054", "055", "061", "063"))
        # A document comes back to a few things again and again, as real ones do.
        self.projects = rng.sample(self.subject.projects, 3)
        self.objects = rng.sample(self.subject.objects, 8)

    def write(self, kind: str) -> str:
        """Fill a pattern of one kind, for instance `openings`."""
        return self.fill(self.rng.choice(sentences(kind)))

    def fill(self, pattern: str) -> str:
        """Replace slots and particles of `pattern`.

        >>> Author(random.Random(0), "인.허가", "김해시", 2001).fill("{시군}[을] 위한 {연도}년")
        '김해시를 위한 2001년'
        """
        return with_particles(_SLOT.sub(lambda match: getattr(self, _SLOT_METHODS[match[1]])(), pattern))

    def common(self, ranked: Sequence[str]) -> str:
        """Choose a word, early ones more often: rank 1 about 30 times as often as the last of 100 (after Zipf)."""
        return ranked[int(len(ranked) * self.rng.random() ** 1.7)]

    def project(self) -> str:
        return self.rng.choice(self.projects if self.rng.random() < 0.7 else self.subject.projects)

    def object(self) -> str:
        return self.rng.choice(self.objects if self.rng.random() < 0.6 else self.subject.objects)

    def noun(self) -> str:
        return self.common(words("nouns"))

    def paper(self) -> str:
        return self.rng.choice(_PAPERS)

    def law(self) -> str:
        return self.common(self.subject.laws)

    def article(self) -> str:
        text = f"제{self.rng.randint(2, 68)}조"
        if self.rng.random() < 0.5:
            text += f" 제{self.rng.randint(1, 6)}항"
        return text + (f" 제{self.rng.randint(1, 9)}호" if self.rng.random() < 0.25 else "")

    def office(self) -> str:
        return self.common(words("offices"))

    def department(self) -> str:
        return self.subject.department if self.rng.random() < 0.35 else self.rng.choice(words("departments"))

    def document_number(self) -> str:
        short = self.subject.department.removesuffix("과")[:2]
        return f"{short}_{self.rng.randint(12100, 68900)}-{self.rng.randint(1, 2400)}"

    def number(self) -> str:
        return str(self.rng.choice((self.rng.randint(2, 31), self.rng.randint(10, 980))))

    def small_number(self) -> str:
        return str(self.rng.randint(1, 5))

    def percentage(self) -> str:
        return self.rng.choice((str(self.rng.randint(12, 98)), f"{self.rng.uniform(10, 99):.1f}"))

    def amount(self) -> str:
        value = self.rng.randint(1, 999) * 10 ** self.rng.choice((2, 3, 3, 4, 5, 6))
        return f"{value:,}"

    def area(self) -> str:
        return f"{self.rng.randint(33, 9900):,}"

    def lot_number(self) -> str:
        return f"{self.rng.choice(('', '', '산'))}{self.rng.randint(1, 980)}" + (
            f"-{self.rng.randint(1, 40)}" if self.rng.random() < 0.6 else ""
        )

    def short_date(self) -> str:
        month, day = self.rng.randint(1, 12), self.rng.randint(1, 28)
        form = self.rng.choice(("{year}.{month:02}.{day:02}", "{year}. {month}. {day}.", "{year}.{month}.{day}"))
        return form.format(year=self.year, month=month, day=day)

    def long_date(self) -> str:
        return f"{self.year}년 {self.rng.randint(1, 12)}월 {self.rng.randint(1, 28)}일"

    def period(self) -> str:
        return f"{self.short_date()} ~ {self.short_date()}"

    def time(self) -> str:
        return f"{self.rng.randint(9, 17):02}:{self.rng.choice(('00', '30'))}"

    def telephone(self) -> str:
        """Give a number that nobody has: Korean exchanges never begin with 0."""
        number = f"0{self.rng.randint(10, 99)}-{self.rng.randint(0, 9999):04}"
        return self.rng.choice((f"({self.area_code}){number}", f"{self.area_code}-{number}", number))

    def postcode(self) -> str:
        """Give a code of a region that does not exist: the old ones began with 1 to 7."""
        return f"8{self.rng.randint(0, 99):02}-{self.rng.randint(1, 999):03}"

    def person(self) -> str:
        return self.rng.choice(words("surnames")) + self.rng.choice(words("given_names"))

    def village(self) -> str:
        return self.rng.choice(words("villages"))

    def province_and_city(self) -> str:
        """Give both, in half of the cases as annotators sometimes box them: together."""
        return self.rng.choice((f"{self.province}_{self.city}", f"{self.province} {self.city}", self.city))

    def own_city(self) -> str:
        return self.city

    def head_of_city(self) -> str:
        return "장" if self.city.endswith("시") else "수"

    def own_year(self) -> str:
        return str(self.year)

    def company(self) -> str:
        return self.rng.choice(words("companies"))

    def goods(self) -> str:
        return self.rng.choice(words("goods"))

    def measure(self) -> str:
        return self.rng.choice(words("measures"))

    def land_kind(self) -> str:
        return self.rng.choice(words("land_kinds"))

    def remark(self) -> str:
        return self.rng.choice(words("remarks"))

    def account(self) -> str:
        return self.rng.choice(("일반회계", "특별회계", "국고보조금", "도비보조금", "시비", "군비", "예비비"))


_PAPER_ENDINGS = ("서", "장", "본", "면", "단", "록", "조", "류")
_PAPERS = tuple(word for word in words("nouns") if len(word) >= 2 and word.endswith(_PAPER_ENDINGS))
_SLOT_METHODS = {
    "사업": "project",
    "대상": "object",
    "명사": "noun",
    "명사서류": "paper",
    "법": "law",
    "조항": "article",
    "기관": "office",
    "기관장": "head_of_city",
    "부서": "department",
    "문서번호": "document_number",
    "수": "number",
    "날": "small_number",
    "작은수": "small_number",
    "비율": "percentage",
    "백분율": "percentage",
    "금액": "amount",
    "면적": "area",
    "지번": "lot_number",
    "짧은날짜": "short_date",
    "긴날짜": "long_date",
    "기간": "period",
    "시각": "time",
    "전화": "telephone",
    "우편": "postcode",
    "이름": "person",
    "마을": "village",
    "도시": "province_and_city",
    "시군": "own_city",
    "연도": "own_year",
    "업체": "company",
    "물품": "goods",
    "개수": "measure",
    "단위": "measure",
    "회계": "account",
    "지목": "land_kind",
    "처리": "remark",
}


def with_particles(text: str) -> str:
    """Choose the form of each particle in brackets by the syllable before it.

    >>> with_particles("도로[을] 지사[으로] 물[으로] 산[으로] 12명[이]")
    '도로를 지사로 물로 산으로 12명이'
    """
    return _PARTICLE.sub(lambda match: match[1] + match[2] + _form(match[1], match[3]), text)


def _form(before: str, particle: str) -> str:
    final = (ord(before) - ord("가")) % 28 if "가" <= before <= "힣" else _DIGIT_FINALS.get(before, 0)
    if final == 0 or (particle == "으로" and final == _FINAL_RIEUL):
        return _WITHOUT_FINAL[particle]
    return particle
