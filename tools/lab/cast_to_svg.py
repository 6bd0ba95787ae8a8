#!/usr/bin/env python3
"""Turn a recording of a terminal into an animated SVG: cast_to_svg.py RECORDING.cast PICTURE.svg COMMAND.

The recording is in asciinema's format asciicast v2. The picture shows the last frame where nothing is animated, and
needs neither script nor font, so that README can show it as an image.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

import pyte

ROOT = Path(__file__).resolve().parents[2]
# The picture is faster than the recording, and its last frame stays for a while.
PLAY_SECONDS, HOLD_SECONDS, FRAMES = 24.0, 16.0, 80
VISIBLE_ROWS = 40
CELL_WIDTH, ROW_HEIGHT, MARGIN = 7.8, 17, 16
COLOURS = {"green": "g", "red": "r", "cyan": "c", "brightblack": "f"}
STYLE = """
.p{fill:#16181d;stroke:#4a505c}text{font:13px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e8e6e1;
white-space:pre}.g{fill:#63c795}.r{fill:#ff8a80}.c{fill:#7fb2e5}.f{fill:#9aa1ad}.b{font-weight:700}.h{visibility:hidden}
@media(prefers-reduced-motion:reduce){*{animation:none!important}}
"""

Cells = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Line:
    """What a row shows from one frame until another."""

    row: int
    cells: Cells
    first: int
    last: int


def read_cast(path: Path) -> tuple[int, list[tuple[float, str]]]:
    """Return the number of columns and the output with its times."""
    header, *events = (json.loads(line) for line in path.read_text().splitlines())
    return header["width"], [(time, text) for time, kind, text in events if kind == "o"]


def render_frames(columns: int, output: list[tuple[float, str]]) -> list[list[Cells]]:
    """Return the rows of the terminal at equal intervals; the terminal is high enough never to scroll."""
    screen = pyte.Screen(columns, 1 + sum(text.count("\n") for _time, text in output))
    stream = pyte.Stream(screen)
    end = output[-1][0]
    frames = []
    for number in range(1, FRAMES + 1):
        while output and output[0][0] <= end * number / FRAMES:
            stream.feed(output.pop(0)[1])
        frames.append([_cells(screen, row) for row in range(screen.cursor.y + 1)])
    return frames


def _cells(screen: pyte.Screen, row: int) -> Cells:
    cells = [(cell.data, _style(cell)) for cell in (screen.buffer[row][x] for x in range(screen.columns))]
    while cells and cells[-1][0] == " ":
        cells.pop()
    return tuple(cells)


def _style(cell: pyte.screens.Char) -> str:
    return " ".join(filter(None, [COLOURS.get(cell.fg), "b" if cell.bold else ""]))


def lines(frames: list[list[Cells]]) -> Iterator[Line]:
    """Return each row's contents, one after the other, and how long they are shown."""
    for row in range(max(map(len, frames))):
        contents = ((number, frame[row] if row < len(frame) else ()) for number, frame in enumerate(frames))
        for cells, group in groupby(contents, key=lambda pair: pair[1]):
            numbers = [number for number, _cells in group]
            if cells:
                yield Line(row, cells, numbers[0], numbers[-1] + 1)


def draw(columns: int, frames: list[list[Cells]], command: str) -> str:
    """Return the SVG."""
    drawn = [Line(0, tuple((letter, "b") for letter in f"$ {command}"), 0, len(frames))]
    drawn += [Line(line.row + 1, line.cells, line.first, line.last) for line in lines(frames)]
    width = round(columns * CELL_WIDTH + 2 * MARGIN)
    height = VISIBLE_ROWS * ROW_HEIGHT + 2 * MARGIN
    heights = [max(0, len(frame) + 1 - VISIBLE_ROWS) * ROW_HEIGHT for frame in frames]
    spans = sorted({(line.first, line.last) for line in drawn})
    rules = [_visibility(*span, len(frames)) for span in spans] + [_scrolling(heights)]
    texts = [_text(line, len(frames)) for line in drawn]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img"><title>{escape(command)}</title><style>{STYLE}{"".join(rules)}</style>'
        f'<rect class="p" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8"/>'
        f'<svg x="{MARGIN}" y="{MARGIN}" width="{width - 2 * MARGIN}" height="{height - 2 * MARGIN}">'
        f'<g class="s">{"".join(texts)}</g></svg></svg>\n'
    )


def _percent(frame: int, frames: int) -> str:
    return f"{100 * PLAY_SECONDS * frame / frames / (PLAY_SECONDS + HOLD_SECONDS):.2f}%"


def _animation(name: str) -> str:
    return f"animation:{name} {PLAY_SECONDS + HOLD_SECONDS:g}s step-end infinite"


def _visibility(first: int, last: int, frames: int) -> str:
    name = f"v{first}-{last}"
    hidden = f"{_percent(last, frames)}{{visibility:hidden}}" if last < frames else ""
    return (
        f"@keyframes {name}{{0%{{visibility:{'hidden' if first else 'visible'}}}"
        f"{_percent(first, frames)}{{visibility:visible}}{hidden}}}.{name}{{{_animation(name)}}}\n"
    )


def _scrolling(heights: list[int]) -> str:
    steps = [
        f"{_percent(number, len(heights))}{{transform:translateY(-{height}px)}}"
        for number, height in enumerate(heights)
        if number == 0 or height != heights[number - 1]
    ]
    return f"@keyframes s{{{''.join(steps)}}}.s{{transform:translateY(-{heights[-1]}px);{_animation('s')}}}\n"


def _text(line: Line, frames: int) -> str:
    hidden = "" if line.last == frames else " h"
    y = line.row * ROW_HEIGHT + 13
    spans = "".join(_spans(line.cells))
    return f'<text class="v{line.first}-{line.last}{hidden}" y="{y}">{spans}</text>'


def _spans(cells: Cells) -> Iterator[str]:
    """Return the words of a line, placed so that columns stay aligned in any font."""
    column = 0
    for style, group in groupby(cells, key=lambda cell: cell[1]):
        text = "".join(letter for letter, _style in group)
        start = len(text) - len(text.lstrip())
        if shown := text.strip():
            x, length = (column + start) * CELL_WIDTH, len(shown) * CELL_WIDTH
            look = f' class="{style}"' if style else ""
            yield f'<tspan{look} x="{x:.1f}" textLength="{length:.1f}">{escape(shown, quote=False)}</tspan>'
        column += len(text)


def main() -> None:
    recording, picture, command = sys.argv[1:]
    columns, output = read_cast(Path(recording))
    if any(str(path) in text for path in (ROOT, Path.home()) for _time, text in output):
        sys.exit(f"{recording} contains a path of this machine; it is not made into a picture.")
    Path(picture).parent.mkdir(parents=True, exist_ok=True)
    Path(picture).write_text(draw(columns, render_frames(columns, output), command))


if __name__ == "__main__":
    main()
