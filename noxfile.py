# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sessions of antsibull-nox that antsibull-nox.toml configures; `make` runs them."""

import antsibull_nox
import nox

nox.options.envdir = ".cache/nox"
antsibull_nox.load_antsibull_nox_toml()
