# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sphinx: the site of the collection, from what antsibull-docs wrote; builds without the network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

COLLECTION = Path(__file__).resolve().parents[2]
GALAXY = yaml.safe_load((COLLECTION / "galaxy.yml").read_text())
SECTIONS = yaml.safe_load((COLLECTION / "docs/docsite/extra-docs.yml").read_text())["sections"]
# The kinds of plugins as the names of their pages end, and of which only those that exist are listed.
KINDS = {"module": "Modules", "filter": "Filters", "lookup": "Lookups", "test": "Tests", "role": "Roles"}

ANSIBLE = "https://docs.ansible.com/projects/ansible/latest/"
# Pages of Ansible that the generated pages refer to.
ANSIBLE_LABELS = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}

project = "Switchboard"
author = copyright = "The Switchboard maintainers"
version = release = GALAXY["version"]
html_title = f"Switchboard {release}"

extensions = ["sphinx_antsibull_ext"]
# static/site.css has the colours, so that they follow the switch between light and dark.
antsibull_ext_color_scheme = "none"
nitpicky = True
default_role = "any"
highlight_language = "yaml+jinja"
pygments_style = "ansible"
pygments_dark_style = "monokai"

html_theme = "furo"
html_theme_options = {"source_repository": GALAXY["repository"]}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_use_index = False


def contents(pages: set[str]) -> Iterator[str]:
    """Yield the table of contents: the guides, then each kind of plugin by its short name."""
    for section in SECTIONS:
        yield from toctree(section["title"], [f"docsite/{name}" for name in section["toctree"]])
    for kind, title in KINDS.items():
        found = sorted(page for page in pages if page.endswith(f"_{kind}"))
        if found:
            yield from toctree(title, [f"{page.removesuffix(f'_{kind}')} <{page}>" for page in found])
    if "changelog" in pages:
        yield from toctree("Releases", ["changelog"])


def toctree(caption: str, entries: list[str]) -> Iterator[str]:
    yield from ("", ".. toctree::", "   :hidden:", f"   :caption: {caption}", "")
    yield from (f"   {entry}" for entry in entries)


def lists(pages: set[str]) -> Iterator[str]:
    """Yield what the first page shows: links to the same pages, by their whole titles."""
    for section in SECTIONS:
        yield from heading(section["title"])
        yield from (f"* :doc:`docsite/{name}`" for name in section["toctree"])
    for kind, title in KINDS.items():
        found = sorted(page for page in pages if page.endswith(f"_{kind}"))
        if found:
            yield from heading(title)
            yield from (f"* :doc:`{page}`" for page in found)


def heading(title: str) -> tuple[str, ...]:
    return ("", title, "-" * len(title), "")


def complete_page(app: Sphinx, page: str, source: list[str]) -> None:
    """Add what exists to the first page, so that a new plugin appears by itself; drop what the theme shows anyway."""
    source[0] = re.sub(r"^\.\. contents::.*\n( +:\w+:.*\n)*", "", source[0], flags=re.M)
    if page == "index":
        pages = app.project.docnames
        source[0] += "\n".join((*lists(pages), *contents(pages), ""))


def link_to_ansible(
    app: Sphinx, env: object, node: pending_xref, content: nodes.Node
) -> nodes.reference | None:
    """Resolve labels of Ansible's own documentation, for which intersphinx would need the network."""
    target = node["reftarget"]
    path = ANSIBLE_LABELS.get(target)
    if plugin := re.fullmatch(r"ansible_collections\.ansible\.builtin\.(\w+)", target):
        path = f"collections/ansible/builtin/{plugin[1]}.html"
    return path and nodes.reference("", "", content, internal=False, refuri=ANSIBLE + path)


def setup(app: Sphinx) -> None:
    app.connect("source-read", complete_page)
    app.connect("missing-reference", link_to_ansible)
