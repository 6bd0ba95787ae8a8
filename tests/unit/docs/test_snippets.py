# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The code blocks of a page are found with their language, heading and line."""

from __future__ import annotations

from .snippets import Snippet, commands, markdown_snippets, rst_snippets


def test_fenced_blocks_are_found_below_their_heading() -> None:
    page = "# Title\n\n```yaml\n# no heading\na: 1\n```\n\n## Next\n\n- item\n\n  ```sh\n  make\n  ```\n"
    assert list(markdown_snippets(page)) == [
        Snippet("yaml", "# no heading\na: 1\n", "Title", 4),
        Snippet("sh", "make\n", "Next", 13),
    ]


def test_code_block_directives_are_found_below_their_heading() -> None:
    page = (
        "Title\n=====\n\n.. code-block:: yaml\n   :caption: a file\n\n   a:\n\n     b: 1\n\nText.\n\n"
        "Next\n----\n\n.. code-block:: sh\n\n   make\n"
    )
    assert list(rst_snippets(page)) == [
        Snippet("yaml", "a:\n\n  b: 1\n", "Title", 7),
        Snippet("sh", "make\n", "Next", 18),
    ]


def test_commands_are_read_without_comments_and_joined() -> None:
    text = "# first\nmake lab     # builds a host\n\nansible-playbook -i hosts.yml \\\n  site.yml\n"
    assert commands(Snippet("sh", text, "", 1)) == ["make lab", "ansible-playbook -i hosts.yml site.yml"]
