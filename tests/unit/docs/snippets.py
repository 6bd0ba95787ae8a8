# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The code blocks of a page in Markdown or reStructuredText, so that tests run what readers copy. Pure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import NamedTuple

_FENCE = re.compile(r"^( *)```(\w*)$")
_DIRECTIVE = re.compile(r"^( *)\.\. code-block:: *(\S*)$")
_MARKDOWN_HEADING = re.compile(r"^#+ +(.+)$")
_RST_UNDERLINE = re.compile(r"^([=~^\"'#*+-])\1{2,}$")


class Snippet(NamedTuple):
    """A code block: its language, its text, the nearest heading above it, and the line of its first character."""

    language: str
    text: str
    heading: str
    line: int


def markdown_snippets(page: str) -> Iterator[Snippet]:
    """Yield the fenced code blocks of a page in Markdown."""
    heading, language, indent, start = "", "", "", 0
    lines: list[str] = []
    for number, line in enumerate(page.splitlines(), 1):
        fence = _FENCE.match(line)
        if fence and start:
            yield Snippet(language, textwrap.dedent("\n".join(lines)) + "\n", heading, start)
            start = 0
        elif fence:
            indent, language, lines, start = fence[1], fence[2], [], number + 1
        elif start:
            lines.append(line.removeprefix(indent))
        elif title := _MARKDOWN_HEADING.match(line):
            heading = title[1]


def rst_snippets(page: str) -> Iterator[Snippet]:
    """Yield the `code-block` directives of a page in reStructuredText."""
    lines, heading, number = page.splitlines(), "", 0
    while number < len(lines):
        directive = _DIRECTIVE.match(lines[number])
        if number and _RST_UNDERLINE.match(lines[number]) and lines[number - 1].strip():
            heading = lines[number - 1].strip()
        number += 1
        if not directive:
            continue
        start = number
        while number < len(lines) and (
            not lines[number].strip() or lines[number].startswith(directive[1] + " ")
        ):
            number += 1
        # Options such as :caption: come before the blank line that begins the text.
        while start < number and lines[start].strip():
            start += 1
        text = textwrap.dedent("\n".join(lines[start:number])).strip("\n") + "\n"
        while start < number and not lines[start].strip():
            start += 1
        yield Snippet(directive[2], text, heading, start + 1)


def commands(snippet: Snippet) -> list[str]:
    """Return the commands of a shell snippet: without comments and blank lines, continued lines joined."""
    joined = re.sub(r" *\\\n *", " ", snippet.text)
    bare = (re.sub(r"(^|\s+)#.*$", "", line).strip() for line in joined.splitlines())
    return [line for line in bare if line]
