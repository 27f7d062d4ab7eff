"""Reads YAML safely: no objects, no aliases, no deep nesting, no repeated keys; every value stays as it was written.

YAML 1.1, which PyYAML reads by, alters values: 010 is 8 there, 4:30 is 270, 1_000 is 1000, no is False. Here a value is
a text until its key asks for a number or a truth value, see `whole_number`, `number` and `truth`.
"""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

DEEPEST = 20  # levels of lists and mappings
LONGEST_NUMBER = 1000  # characters

# The numbers of the core schema of YAML 1.2 (10.3.2), without its octal and hexadecimal ones, infinity and NaN.
_WHOLE_NUMBER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_TRUTHS = {"True": True, "true": True, "False": False, "false": False}


class Bare(str):
    """A text without quotes that YAML 1.1, and so EasyOCR, takes for a number, a truth value, a date or nothing."""

    __slots__ = ()


def parse_yaml(text: str) -> Any:
    """Return what `text` holds: None if it is empty, else a text, or lists and mappings of texts.

    An alias (`*name`) is refused: a few lines with aliases of aliases expand to billions of values.

    Raises:
        ValueError: `text` is other YAML; the message begins with the line, as in "line 3: key 'seed' stands twice".
    """
    try:
        return yaml.load(text, Loader=_PlainLoader)  # it derives from SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        said = getattr(error, "problem", None) or str(error).partition("\n")[0]
        raise ValueError(f"line {mark.line + 1}: {said}" if mark else said) from None


def whole_number(value: object) -> int | None:
    """Return a whole number, or the one that a text writes in decimal digits; None for anything else.

    >>> [whole_number(text) for text in ("1000", "010", "-1", "1_000", "0x10", "1e3")]
    [1000, 10, -1, None, None, None]
    """
    if isinstance(value, str):
        is_number = len(value) <= LONGEST_NUMBER and _WHOLE_NUMBER.fullmatch(value.strip())
        return int(value) if is_number else None
    return value if type(value) is int else None


def number(value: object) -> float | None:
    """Return a finite number, or the one that a text writes in decimal digits; None for anything else.

    >>> [number(text) for text in ("0.5", "1e-8", "4:30", "1_0", ".inf")]
    [0.5, 1e-08, None, None, None]
    """
    if isinstance(value, str):
        found = float(value) if _NUMBER.fullmatch(value.strip()) else math.nan
    else:
        found = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    return found if math.isfinite(found) else None


def truth(value: object) -> bool | None:
    """Return a truth value, or the one that a text writes as True, true, False or false; None for anything else."""
    if isinstance(value, str):
        return _TRUTHS.get(value.strip())
    return value if isinstance(value, bool) else None


def kind_of(value: object) -> str:
    """Return what YAML holds, for a message: a list, a mapping, a text or nothing."""
    names: dict[type, str] = {list: "a list", dict: "a mapping"}
    return names.get(type(value), "nothing" if value in (None, "") else "a text")


class _PlainLoader(yaml.SafeLoader):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Compose the next value, unless it is an alias or nested too deep."""
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            self._refuse(f"an alias, *{event.anchor}; write its value there", event.start_mark)
        self._depth += 1
        if self._depth > DEEPEST:
            self._refuse(f"more than {DEEPEST} levels of lists and mappings", self.peek_event().start_mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_bare(self, node: yaml.ScalarNode) -> Bare:
        """Return the text of a value that YAML 1.1 takes for no text; the length of a number is limited."""
        value = self.construct_scalar(node)
        is_number = node.tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
        if is_number and len(value) > LONGEST_NUMBER:  # which EasyOCR could not read, or only after minutes
            self._refuse(f"a number of {len(value):,} digits", node.start_mark)
        return Bare(value)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build the mapping as the safe loader does, after a check of its keys."""
        seen: set[str] = set()
        for key, _ in node.value:
            # The safe loader itself refuses a key that is a list or a mapping.
            if isinstance(key.value, str) and key.value in seen:
                self._refuse(f"key '{key.value}' stands twice", key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)

    def _refuse(self, problem: str, mark: yaml.Mark) -> None:
        raise yaml.constructor.ConstructorError(None, None, problem, mark)


for _kind in ("null", "bool", "int", "float", "timestamp", "value", "merge"):
    _PlainLoader.add_constructor(f"tag:yaml.org,2002:{_kind}", _PlainLoader.construct_bare)
