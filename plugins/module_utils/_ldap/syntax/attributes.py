# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Types for the attributes of an entry: names with lists of values.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import typing as t

Values = t.List[bytes]
Attributes = t.Dict[str, Values]
