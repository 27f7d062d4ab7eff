"""YAML from any source is read as it was written, or refused with its line; both quickly."""

import time
from contextlib import suppress
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from train_easyocr.program.plain_yaml import DEEPEST, LONGEST_NUMBER, Bare, number, parse_yaml, whole_number


def test_values_stay_the_texts_that_were_written():
    text = "a: [1, 2.50, yes, null, '다', 010]\nb: {c: -1, 007: 4:30}\nday: 2026-01-31\nno_day: 2026-99-99\ne:\nf: =\n"
    assert parse_yaml(text) == {
        **{"a": ["1", "2.50", "yes", "null", "다", "010"], "b": {"c": "-1", "007": "4:30"}},
        **{"day": "2026-01-31", "no_day": "2026-99-99", "e": "", "f": "="},
    }
    assert parse_yaml("") is None and parse_yaml("9" * LONGEST_NUMBER) == "9" * LONGEST_NUMBER


def test_a_text_without_quotes_that_yaml_1_1_alters_is_told_apart():
    altered = ["010", "4:30", "yes", "1_0", "~", "2026-01-31", "1.5", "="]
    assert all(isinstance(value, Bare) for value in parse_yaml("\n".join(f"- {text}" for text in altered)))
    assert not any(isinstance(value, Bare) for value in parse_yaml("['010', \"yes\", 가, 1-2, 1e8]"))


@given(st.text(max_size=9) | st.from_regex(r"[-+0-9_.:eExobn]{1,9}", fullmatch=True))
def test_numbers_are_those_of_the_core_schema_of_yaml_1_2_in_decimal_digits(text):
    digits = set(text.strip()) <= set("0123456789+-.eE")
    expected = None
    with suppress(ValueError):
        expected = float(text) if digits else None  # Python's decimal numbers are otherwise the same
    assert number(text) == (expected if expected is None or isfinite(expected) else None)
    assert whole_number(text) == (int(text) if expected is not None and not set(text) & set(".eE") else None)


def lists_of_lists(name, width=9, depth=9):
    """Aliases of aliases: `width` ** `depth` values, the last of them under the key `name`."""
    lines = [f"k{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]" for level in range(1, depth)]
    return "\n".join(["k0: &a0 [x]", *lines, f"{name}: *a{depth - 1}\n"])


def merged_mappings(width=9, depth=9):
    lines = [f"k{level}: &a{level} {{<<: [{', '.join([f'*a{level - 1}'] * width)}]}}" for level in range(1, depth)]
    return "\n".join(["k0: &a0 {x: 1}", *lines, ""])


def nested(opening, closing, depth):
    return "a: " + opening * depth + closing * depth


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: 1\nb: [\n", "line 3: "),
        ("a: 1\nb: 2\na: 3\n", "line 3: key 'a' stands twice"),
        ("a: 1\nb: {c: 1, c: 2}\n", "line 2: key 'c' stands twice"),
        ("? [a]\n: 1\n", "line 1: found unhashable key"),
        ("a: !!python/object/apply:os.getcwd []\n", "line 1: could not determine a constructor"),
        ("a: !!python/name:os.system\n", "line 1: could not determine a constructor"),
        ("a: &name 1\nb: *name\n", r"line 2: an alias, \*name; write its value there"),
        (lists_of_lists("character"), "line 2: an alias"),
        (merged_mappings(), "line 2: an alias"),
        ("a: &a [*a]\n", "line 1: an alias"),
        ("a: *nothing\n", "line 1: an alias"),
        (nested("[", "]", 300), f"line 1: more than {DEEPEST} levels"),
        (nested("[", "]", 100_000), f"line 1: more than {DEEPEST} levels"),
        (nested("{b: ", "}", 300), f"line 1: more than {DEEPEST} levels"),
        ("".join(f"{' ' * depth}a:\n" for depth in range(300)), f"line {DEEPEST}: more than {DEEPEST} levels"),
        ("a: " + "9" * 5000, "line 1: a number of 5,000 digits"),
        ("a: " + "1:" * 50_000 + "1", "line 1: a number of 100,001 digits"),
        ("a: 1." + "9" * 5000, "line 1: a number of 5,002 digits"),
        ("a: \x00", "unacceptable character #x0000: special characters are not allowed"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_at_once_with_its_line(text, reason):
    started = time.process_time()
    with pytest.raises(ValueError, match=f"^{reason}") as error:
        parse_yaml(text)
    assert "\n" not in str(error.value) and len(str(error.value)) < 200
    assert time.process_time() - started < 1
