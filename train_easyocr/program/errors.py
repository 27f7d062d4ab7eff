"""Mistakes that a person can make: rooms raise them, and doors report each in one line."""

from __future__ import annotations


class UserError(Exception):
    """A mistake in the input. The message names the file, the value, what was expected and what to do.

    A message of several lines is a list of mistakes, one a line.
    """
