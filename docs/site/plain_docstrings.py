"""Docstrings here are plain text: what reStructuredText would take for markup is kept as it is."""

import re

__all__ = ["setup"]

_MARKUP = re.compile(r"(?<!`)([*|\\])|(?<=\w)(_)(?=\W|$)")


def _plain(app, what, name, obj, options, lines):
    lines[:] = [_MARKUP.sub(lambda m: "\\" + m[0], line) for line in lines]
    if what == "module":
        blocks = [i for i in range(1, len(lines)) if lines[i][:1] == " " and not lines[i - 1]]
        for at in reversed(blocks):
            lines[at:at] = ["::", ""]


def setup(app):
    """Read docstrings as plain text, before their sections are found."""
    app.connect("autodoc-process-docstring", _plain, 0)
