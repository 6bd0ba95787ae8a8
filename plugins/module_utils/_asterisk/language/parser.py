# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parser of Asterisk's configuration language, which preserves every byte of a file.

Private to the collection switchboard.pbx; it may change without notice.
The rules are those of C(main/config.c) of Asterisk 16 to 22: templates, inheritance, additions, directives,
comments and escapes. What Asterisk drops or misreads becomes a Problem; parsing itself never fails.
"""

from __future__ import annotations

import dataclasses

from .scanner import BLANKS, MAX_LINE_BYTES, Code, Comments, Problem, scan_line

# Asterisk stores the name of a section in 80 bytes, including the terminating NUL.
MAX_SECTION_NAME_BYTES = 79
DIRECTIVES = ("include", "tryinclude", "exec")


@dataclasses.dataclass(frozen=True)
class Line:
    """A physical line, *raw* including its end. If not of a subclass, it is empty, a comment or invalid."""

    raw: str
    number: int


@dataclasses.dataclass(frozen=True)
class Section(Line):
    """C([name](!,base)) with its arguments in order, which Asterisk processes one by one."""

    name: str
    arguments: tuple[str, ...] = ()

    @property
    def template(self) -> bool:
        """Whether C(!) makes it a template."""
        return "!" in self.arguments

    @property
    def filters(self) -> tuple[str, ...]:
        """The text after each C(+) of a section header; empty for a new section."""
        return tuple(argument[1:] for argument in self.arguments if argument.startswith("+"))

    @property
    def bases(self) -> tuple[str, ...]:
        """The names of the sections it inherits from."""
        return tuple(one for one in self.arguments if one != "!" and not one.startswith("+"))


@dataclasses.dataclass(frozen=True)
class Option(Line):
    """C(name = value), C(name => value) or C(name += value); *tail* is the value with the blanks before it.

    *span* is the position of the value in *raw*.
    """

    name: str
    value: str
    operator: str
    tail: str
    span: tuple[int, int]


@dataclasses.dataclass(frozen=True)
class Dropped(Line):
    """A line without "=": Asterisk ignores it in a section, but rejects the file if it precedes the first one."""

    problem: Problem


@dataclasses.dataclass(frozen=True)
class Directive(Line):
    """C(#include), C(#tryinclude) or C(#exec) with its argument, without quotes."""

    name: str
    argument: str


@dataclasses.dataclass(frozen=True)
class Document:
    """The lines of a file in order, and the problems in them; the lines joined are the file.

    *comments* are how many block comments are open at the end of each line.
    """

    name: str
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    comments: tuple[int, ...]

    @property
    def text(self) -> str:
        """The text of the file, exactly as it was read."""
        return "".join(line.raw for line in self.lines)


def decode_config(content: bytes) -> str:
    """Return any *content* as text that encode_config() turns back into the same bytes."""
    return content.decode("utf-8", "surrogateescape")


def encode_config(text: str) -> bytes:
    """Return the bytes of a text; the reverse of decode_config()."""
    return text.encode("utf-8", "surrogateescape")


def split_lines(text: str) -> list[str]:
    """Split *text* after line feeds only, as fgets() does."""
    pieces = text.split("\n")
    return [piece + "\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])


def parse(text: str, name: str) -> Document:
    """Parse the text of a configuration file; *name* is used in messages."""
    comments = Comments()
    problems: list[Problem] = []
    lines: list[Line] = []
    depths: list[int] = []
    for number, raw in enumerate(split_lines(text), start=1):
        if len(encode_config(raw.rstrip("\n"))) > MAX_LINE_BYTES:
            reason = f"the line is longer than {MAX_LINE_BYTES} bytes, and Asterisk skips such lines"
            problems.append(
                Problem(number, reason, "split it, for instance with '+=' or into several options")
            )
            lines.append(Line(raw, number))
            depths.append(len(comments.open))
            continue
        if "\0" in raw:
            problems.append(
                Problem(number, "the line contains a NUL byte, and Asterisk ends it there", "remove it")
            )
        lines.append(_line(raw, number, scan_line(raw, number, comments, problems), problems))
        depths.append(len(comments.open))
    problems.extend(
        Problem(number, "the block comment that ';--' opens is never closed", "put '--;' where it ends")
        for number in comments.open
    )
    return Document(name, tuple(lines), tuple(problems), tuple(depths))


def _line(raw: str, number: int, code: Code, problems: list[Problem]) -> Line:
    if not code.text:
        return Line(raw, number)
    if code.text[0] == "[":
        return _section(raw, number, code.text, problems)
    if code.text[0] == "#":
        return _directive(raw, number, code.text, problems)
    return _option(raw, number, code, problems)


def _section(raw: str, number: int, text: str, problems: list[Problem]) -> Line:
    name, bracket, rest = text[1:].partition("]")
    if not bracket:
        problems.append(Problem(number, "the section has no closing ']'", "write [name]"))
        return Line(raw, number)
    if len(encode_config(name)) > MAX_SECTION_NAME_BYTES:
        reason = f"the section name is longer than {MAX_SECTION_NAME_BYTES} bytes, and Asterisk truncates it"
        problems.append(Problem(number, reason, "choose a shorter one"))
    if not rest.startswith("("):
        if rest:
            reason = f"Asterisk ignores what follows [{name}] in this line"
            problems.append(
                Problem(number, reason, "put '(…)' right after ']' and anything else on the next line")
            )
        return Section(raw, number, name)
    arguments, parenthesis, trailing = rest[1:].partition(")")
    if not parenthesis:
        problems.append(Problem(number, f"the section [{name}] has no closing ')'", f"write [{name}](…)"))
        return Line(raw, number)
    if trailing:
        reason = f"Asterisk ignores what follows [{name}](…) in this line"
        problems.append(Problem(number, reason, "put it on the next line"))
    return Section(raw, number, name, tuple(arguments.split(",")))


def _directive(raw: str, number: int, text: str, problems: list[Problem]) -> Line:
    end = next((i for i, char in enumerate(text) if char in BLANKS), len(text))
    name, argument = text[1:end], text[end:].strip(BLANKS)
    if name.lower() not in DIRECTIVES:
        cure = "use #include, #tryinclude or #exec; a comment starts with ';'"
        problems.append(
            Problem(number, f"the directive '#{name}' is unknown to Asterisk, which ignores it", cure)
        )
        return Line(raw, number)
    closing = {'"': '"', "<": ">"}.get(argument[:1])
    if closing and len(argument) > 1 and argument.endswith(closing):
        argument = argument[1:-1]
    if not argument:
        problems.append(
            Problem(number, f"the directive '#{name}' names no file", f'write #{name} "file.conf"')
        )
        return Line(raw, number)
    return Directive(raw, number, name.lower(), argument)


def _option(raw: str, number: int, code: Code, problems: list[Problem]) -> Line:
    escaped = 1 if code.text[0] == "\\" else 0
    # Asterisk compares signed bytes and therefore rejects non-ASCII letters here as well.
    if escaped and not " " < code.text[1:2] < "\x80":
        reason = (
            "Asterisk rejects the file because of the '\\' at the start of the line, which escapes nothing"
        )
        problems.append(Problem(number, reason, "remove it"))
        return Line(raw, number)
    equal = code.text.find("=", 2 * escaped)
    if equal < 0:
        reason = "the line has no '=', and Asterisk drops such lines"
        return Dropped(
            raw, number, Problem(number, reason, "write name = value, or put ';' before a comment")
        )
    operator, start, end = "=", equal + 1, equal
    if equal > 2 * escaped and code.text[equal - 1] == "+":
        operator, end = "+=", equal - 1
    elif code.text[equal + 1 : equal + 2] == ">":
        operator, start = "=>", equal + 2
    name = code.part(escaped, end).text
    if not name:
        reason = "the line has no name before '=', and Asterisk drops such lines"
        return Dropped(raw, number, Problem(number, reason, "write name = value"))
    value = code.part(start)
    if value.text:
        last = value.positions[-1]
        span = (value.positions[0], last + (1 if raw[last] == value.text[-1] else 2))
    else:
        position = code.positions[start - 1] + 1
        span = (position, position)
    return Option(raw, number, name, value.text, operator, code.text[start:], span)
