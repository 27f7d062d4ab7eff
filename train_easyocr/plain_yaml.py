"""Reads YAML of plain values, safe with any file: no objects, no aliases, no deep nesting, no repeated keys."""

from __future__ import annotations

from typing import Any

import yaml

DEEPEST = 20  # levels of lists and mappings
LONGEST_NUMBER = 1000  # characters


def parse_yaml(text: str) -> Any:
    """Return what `text` holds: None, text, numbers, booleans, and lists and mappings of them. Dates are text.

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


class _PlainLoader(yaml.SafeLoader):
    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

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

    def construct_scalar(self, node: yaml.Node) -> Any:
        """Return the text of a value; the length of a number is limited."""
        is_number = node.tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
        if is_number and len(node.value) > LONGEST_NUMBER:
            self._refuse(f"a number of {len(node.value):,} digits", node.start_mark)
        return super().construct_scalar(node)

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
