"""Builds one html file from a template: both languages, style and script inlined, and their hashes in the policy."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

SOURCES = Path(__file__).parent / "sources"
LANGUAGES = ("ko", "en")
_PLURAL = re.compile(r"\{(\w+)\|([^{}|]*)\|([^{}|]*)\}")


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Return every text of `texts.yaml`: key → language → text."""
    return yaml.safe_load((SOURCES / "texts.yaml").read_text(encoding="utf-8"))


def both(key: str, tag: str = "span", **values: object) -> Markup:
    """Return a text in both languages, of which the style shows one; `values` fill its braces and are escaped.

    A value that `both` returned keeps its markup; it is shown in the language of the surrounding text.

    >>> both("iou")
    Markup('<span lang="ko">IoU</span><span lang="en">IoU</span>')
    """
    in_tag = Markup('<{0} lang="{1}">{2}</{0}>')
    return Markup("").join(in_tag.format(tag, language, in_language(key, language, values)) for language in LANGUAGES)


def in_language(key: str, language: str, values: Mapping[str, object]) -> Markup:
    """Return a text in one language, `values` filled in and escaped; `{count|page|pages}` becomes the fitting form."""
    text = _PLURAL.sub(lambda found: found[2 if str(values[found[1]]) == "1" else 3], texts()[key][language])
    return Markup(text).format(**values)


def build_html(template: str, scripts: Sequence[str], **values: Any) -> str:
    """Fill a template of `sources/`, with `report.css` and the files `scripts` inlined as one script.

    The policy allows both by their hashes, and also scripts and pictures in the html's folder and below.
    """
    environment = Environment(
        loader=FileSystemLoader(SOURCES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    style, *parts = ((SOURCES / name).read_text(encoding="utf-8") for name in ("report.css", *scripts))
    code = '"use strict";\n' + "".join(parts)
    policy = (
        f"default-src 'none'; img-src 'self' data:; script-src 'self' {_hash(code)}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return environment.get_template(template).render(
        t=both, policy=policy, style=Markup(style), script=Markup(code), **values
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
