# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines of LDIF are numbered as in the file, joined and decoded."""

from __future__ import annotations

import pytest

from ansible_collections.switchboard.pbx.plugins.module_utils._ldap.ldif.lines import numbered_lines
from ansible_collections.switchboard.pbx.plugins.module_utils._module import ModuleError


def test_continued_and_encoded_lines_keep_the_number_of_their_first_line() -> None:
    text = "# comment\n goes on\ncn: a\r\n b\n\nsn:: w6Q=\nou:  x\n"
    assert list(numbered_lines(text, "f")) == [(3, "cn", b"ab"), (6, "sn", "ä".encode()), (7, "ou", b"x")]


@pytest.mark.parametrize("line", ["no colon", "cn:: #", "cn:< file:///x", "c n: x"])
def test_an_invalid_line_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(ModuleError, match=r"^f, line 3: "):
        list(numbered_lines(f"sn: a\n b\n{line}\n", "f"))


def test_an_invalid_line_is_not_shown_because_it_may_be_the_rest_of_a_password() -> None:
    with pytest.raises(ModuleError) as caught:
        list(numbered_lines("userPassword: hun\nter2\n", "f"))
    assert "ter2" not in str(caught.value)
