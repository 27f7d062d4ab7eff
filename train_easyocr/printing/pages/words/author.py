"""The author of a printed page: fills the patterns of `sentences.yaml` with words, numbers and invented names."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from train_easyocr.printing.pages.words.vocabulary import sentences, subjects, words
from train_easyocr.printing.particles import with_particle

_SLOT = re.compile(r"\{([^}]+)\}")
_PARTICLE = re.compile(r"([^\s\[]+)\[([^\]]+)\]")
_FORMS = {"을": "을/를/을", "이": "이/가/이", "은": "은/는/은", "과": "과/와/과", "으로": "으로/로/로"}
_DATE_FORMS = ("{year}.{month:02}.{day:02}", "{year}. {month}. {day}.", "{year}.{month}.{day}")


class Author:
    """Writes about one category for one city in one year; its random generator decides every word."""

    def __init__(self, rng: random.Random, category: str, city: str, year: int) -> None:
        self.rng = rng
        self.subject = subjects()[category]
        self.city = city
        self.year = year
        self._province = rng.choice(words("provinces"))
        self._area_code = rng.choice(("031", "033", "041", "043", "054", "055", "061", "063"))
        # A document mentions a few things again and again, as real ones do.
        self._projects = rng.sample(self.subject.projects, 3)
        self._objects = rng.sample(self.subject.objects, 8)

    def write(self, kind: str) -> str:
        """Fill a pattern of one kind, for instance `openings`."""
        return self.fill(self.rng.choice(sentences(kind)))

    def fill(self, pattern: str) -> str:
        """Replace slots and particles of `pattern`; a slot that is not in `_SLOTS` raises KeyError.

        >>> Author(random.Random(0), "인.허가", "김해시", 2001).fill("{시군}[을] 위한 {연도}년")
        '김해시를 위한 2001년'
        """
        return with_particles(_SLOT.sub(lambda match: _SLOTS[match[1]](self), pattern))

    def _one_of(self, kind: str) -> str:
        return self.rng.choice(words(kind))

    def _common(self, ranked: tuple[str, ...]) -> str:
        """Choose a word, early ones more often: in a list of 100, the first ten make up a quarter."""
        return ranked[int(len(ranked) * self.rng.random() ** 1.7)]

    def _project(self) -> str:
        return self.rng.choice(self._projects if self.rng.random() < 0.7 else self.subject.projects)

    def _object(self) -> str:
        return self.rng.choice(self._objects if self.rng.random() < 0.6 else self.subject.objects)

    def _action(self) -> str:
        return self._common(words("actions"))

    def _matter_of_action(self) -> str:
        return self._action() + self._common(words("matters"))

    def _department(self) -> str:
        return self.subject.department if self.rng.random() < 0.35 else self._one_of("departments")

    def _article(self) -> str:
        text = f"제{self.rng.randint(2, 68)}조"
        if self.rng.random() < 0.5:
            text += f" 제{self.rng.randint(1, 6)}항"
        return text + (f" 제{self.rng.randint(1, 9)}호" if self.rng.random() < 0.25 else "")

    def _document_number(self) -> str:
        short = self.subject.department.removesuffix("과")[:2]
        return f"{short}_{self.rng.randint(12100, 68900)}-{self.rng.randint(1, 2400)}"

    def _number(self) -> str:
        return str(self.rng.choice((self.rng.randint(2, 31), self.rng.randint(10, 980))))

    def _between(self, lowest: int, highest: int) -> str:
        return str(self.rng.randint(lowest, highest))

    def _percentage(self) -> str:
        return self.rng.choice((self._between(12, 98), f"{self.rng.uniform(10, 99):.1f}"))

    def _amount(self) -> str:
        return f"{self.rng.randint(1, 999) * 10 ** self.rng.choice((2, 3, 3, 4, 5)):,}"

    def _lot_number(self) -> str:
        number = self.rng.choice(("", "", "산")) + self._between(1, 980)
        return f"{number}-{self._between(1, 40)}" if self.rng.random() < 0.6 else number

    def _short_date(self) -> str:
        month, day = self.rng.randint(1, 12), self.rng.randint(1, 28)
        return self.rng.choice(_DATE_FORMS).format(year=self.year, month=month, day=day)

    def _long_date(self) -> str:
        return f"{self.year}년 {self._between(1, 12)}월 {self._between(1, 28)}일"

    def _time(self) -> str:
        return f"{self.rng.randint(9, 17):02}:{self.rng.choice(('00', '30'))}"

    def _telephone(self) -> str:
        """Return a number that nobody has: Korean exchanges never begin with 0."""
        number = f"0{self.rng.randint(10, 99)}-{self.rng.randint(0, 9999):04}"
        return self.rng.choice((f"({self._area_code}){number}", f"{self._area_code}-{number}", number))

    def _postcode(self) -> str:
        """Return a code of a region that does not exist: the old ones began with 1 to 7."""
        return f"8{self.rng.randint(0, 99):02}-{self.rng.randint(1, 999):03}"

    def _person(self) -> str:
        return self._one_of("surnames") + self._one_of("given_names")

    def _province_and_city(self) -> str:
        """Return province and city, sometimes in one box, as annotators write them."""
        return self.rng.choice((f"{self._province}_{self.city}", f"{self._province} {self.city}", self.city))

    def _head(self) -> str:
        """Complete the city's name to its head's title: 김해시장, 함안군수."""
        return "장" if self.city.endswith("시") else "수"


_SLOTS: dict[str, Callable[[Author], str]] = {
    "사업": Author._project,
    "대상": Author._object,
    "행위": Author._action,
    "건": Author._matter_of_action,
    "서류": lambda author: author._common(words("papers")),
    "사람": lambda author: author._common(words("people")),
    "법": lambda author: author._common(author.subject.laws),
    "조항": Author._article,
    "기관": lambda author: author._common(words("offices")),
    "기관장": Author._head,
    "부서": Author._department,
    "문서번호": Author._document_number,
    "수": Author._number,
    "작은수": lambda author: author._between(1, 5),
    "달": lambda author: author._between(1, 12),
    "날": lambda author: author._between(1, 28),
    "비율": Author._percentage,
    "금액": Author._amount,
    "면적": lambda author: f"{author.rng.randint(33, 9900):,}",
    "지번": Author._lot_number,
    "짧은날짜": Author._short_date,
    "긴날짜": Author._long_date,
    "시각": Author._time,
    "전화": Author._telephone,
    "우편": Author._postcode,
    "이름": Author._person,
    "직위": lambda author: author._one_of("positions"),
    "마을": lambda author: author._one_of("villages"),
    "도시": Author._province_and_city,
    "시군": lambda author: author.city,
    "연도": lambda author: str(author.year),
    "지난해": lambda author: str(author.year - author.rng.randint(3, 19)),
    "업체": lambda author: author._one_of("companies"),
    "물품": lambda author: author._one_of("goods"),
    "단위": lambda author: author._one_of("measures"),
    "회계": lambda author: author._one_of("accounts"),
}


def with_particles(text: str) -> str:
    """Choose the form of each particle in brackets by the word before it.

    >>> with_particles("도로[을] 지사[으로] 물[으로] 산[으로] 12명[이]")
    '도로를 지사로 물로 산으로 12명이'
    """
    return _PARTICLE.sub(lambda match: with_particle(match[1], _FORMS[match[2]]), text)
