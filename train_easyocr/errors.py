"""Mistakes that a person can make: what rooms raise, and what the doors tell in one line each."""

from __future__ import annotations


class UserError(Exception):
    """A mistake in the input. The message names the file, the value, what was expected and the mend.

    A message of several lines is a list of mistakes, one a line.
    """
