"""YAML of any origin: read as plain values, or refused with the line, in no time."""

import time

import pytest

from train_easyocr.plain_yaml import DEEPEST, LONGEST_NUMBER, parse_yaml


def test_plain_values_are_read():
    text = "a: [1, 2.5, True, null, '다']\nb: {c: -1}\nday: 2026-01-31\nno_day: 2026-99-99\n"
    assert parse_yaml(text) == {
        **{"a": [1, 2.5, True, None, "다"], "b": {"c": -1}},
        **{"day": "2026-01-31", "no_day": "2026-99-99"},
    }
    assert parse_yaml("") is None and parse_yaml("9" * LONGEST_NUMBER) == int("9" * LONGEST_NUMBER)


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
