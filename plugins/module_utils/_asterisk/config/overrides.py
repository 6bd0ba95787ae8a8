# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that one file sets and that another file, which Asterisk reads later, sets once more.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import posixpath
import typing as t

from ..language.desired import desired_options
from ..language.merge import find_section, is_dialplan
from ..language.parser import Document
from ..language.resolver import ResolvedConfig, fold, includers, resolve, roots

Sections = t.Sequence[t.Mapping[str, t.Any]]


def overridden_options(
    merged: t.Mapping[str, Sections], documents: t.Mapping[str, Document], directory: str
) -> list[str]:
    """Return a warning for each option of the *merged* sections, by file, that Asterisk reads otherwise."""
    found: list[str] = []
    for file, sections in merged.items():
        if sections and file in documents:
            resolved = resolve(min(roots(file, includers(documents, directory))), documents, directory)
            for section in () if is_dialplan(resolved) else sections:
                found += _overridden(file, section, documents[file], resolved, directory)
    return found


def _overridden(
    file: str, section: t.Mapping[str, t.Any], document: Document, resolved: ResolvedConfig, directory: str
) -> t.Iterator[str]:
    category = find_section(resolved, file, section)
    if category is None or section.get("state") == "absent":
        return
    for item in desired_options(document, section):
        read = [s for s in category.settings if fold(s.name) == fold(item.name) and not s.inherited]
        others = [setting for setting in read if setting.file != file]
        last = [setting.value for setting in read[-len(item.values) or None :]]
        if others and last != list(item.values):
            place = f"{posixpath.join(directory, others[-1].file)}, line {others[-1].line}"
            reason = f"Asterisk also reads the option {item.name} of [{section['name']}] here"
            yield f"{place}: {reason}, besides {file}; remove it here, or change it here instead."
