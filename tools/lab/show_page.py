#!/usr/bin/env python3
"""Open a page in the browser of this machine, or say how to see it: show_page.py PAGE."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path


def main() -> None:
    page = Path(sys.argv[1])
    # Without a display, webbrowser would start a browser in this terminal.
    has_display = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    if has_display and webbrowser.open(page.resolve().as_uri()):
        print(f"{page} is shown in the browser")
    else:
        print(
            f"{page} is ready. There is no browser here; the page is a single file, so copy it to where one is:"
        )
        print(f"    scp {os.uname().nodename}:{page.resolve()} .")


if __name__ == "__main__":
    main()
