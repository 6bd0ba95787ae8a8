# Copyright (c) 2026, The Switchboard maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module phone_report: writes the results of checks as one self-contained page.

Private to the collection switchboard.pbx; it may change without notice.
"""

from __future__ import annotations

import base64
import os
import typing as t
import wave
from html import escape
from pathlib import Path

from .._module import ModuleError, RedactingModule
from .picture import spectrogram_png, waveform_svg
from .sound import read_samples

STYLE = """
:root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#23262d;--soft:#6a707c;--line:#e3e1da;--good:#1d7a4c;
--bad:#b3261e;--wave:#3a6ea5}
@media(prefers-color-scheme:dark){:root{--paper:#16181d;--card:#1f2229;--ink:#e8e6e1;--soft:#9aa1ad;--line:#333842;
--good:#63c795;--bad:#ff8a80;--wave:#7fb2e5}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,"DejaVu Sans",sans-serif}
main{max-width:60rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
h1{font-size:1.7rem;margin:0}h2{font-size:1.1rem;margin:2.2rem 0 .7rem}
p{margin:.3rem 0}.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}
.verdict{font-size:1.15rem;font-weight:600}
table{width:100%;border-collapse:separate;border-spacing:0;background:var(--card);border:1px solid var(--line);
border-radius:.5rem;overflow:hidden}
th,td{text-align:left;padding:.5rem .8rem;border-top:1px solid var(--line);vertical-align:top}
thead th{border-top:0;font-weight:600;color:var(--soft);font-size:.85rem}
td.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td.mark{font-weight:700;white-space:nowrap}
figure{margin:0 0 1rem;padding:1rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.1rem 1rem;margin-bottom:.6rem}
figure svg{display:block;width:100%;height:5rem}
.wave{stroke:var(--wave);stroke-width:1;fill:none}.axis{stroke:var(--line);fill:none}
figure img{display:block;width:100%;height:8rem;border-radius:.25rem;margin:.5rem 0;image-rendering:auto}
audio{width:100%;height:2.2rem}
.scale{display:flex;justify-content:space-between;font-size:.8rem;color:var(--soft)}
pre{margin:0;padding:.8rem 1rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem;
font:.8rem/1.5 ui-monospace,"DejaVu Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere}
@media(max-width:38rem){main{padding:1.5rem 1rem 3rem}thead{display:none}tbody tr{display:block;padding:.6rem .8rem}
tbody tr+tr{border-top:1px solid var(--line)}tbody td{display:inline;padding:0 .5rem 0 0;border:0}
tbody td:nth-child(3){display:block}}
"""


def render(
    title: str,
    when: str,
    hosts: t.Sequence[t.Mapping[str, t.Any]],
    checks: t.Sequence[t.Mapping[str, t.Any]],
    warnings: t.Sequence[t.Mapping[str, t.Any]],
) -> str:
    """Return the page; the audio of each check is read from its C(recording)."""
    failed = sum(not entry["ok"] for entry in checks)
    skipped = sum(bool(entry.get("skipped")) for entry in checks)
    if not checks:
        verdict = '<p class="verdict bad">Nothing was checked</p>'
    elif failed:
        verdict = f'<p class="verdict bad">{failed} of {len(checks)} checks failed</p>'
    elif skipped:
        counts = f"{len(checks)} checks passed, but {skipped} of them without recognising the phrase"
        verdict = f'<p class="verdict">{counts}</p>'
    else:
        verdict = f'<p class="verdict good">All {len(checks)} checks passed</p>'
    duration = sum(float(entry["seconds"]) for entry in checks)
    figures = "".join(figure(entry) for entry in checks if entry["recording"])
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:\">"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>"
        f'<h1>{escape(title)}</h1><p class="soft">{escape(when)}, {duration:.0f} s of checks</p>{verdict}'
        f"<h2>Checks</h2>{check_table(checks)}"
        + (f"<h2>Recordings</h2>{figures}" if figures else "")
        + f"<h2>Hosts</h2>{host_table(hosts)}<h2>Warnings in the logs</h2>{warnings_by_host(warnings)}"
        "</main></body></html>\n"
    )


def check_table(checks: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """Return a table with one row per check: status, name, result and duration."""
    rows = "".join(
        f'<tr><td class="mark {"good" if entry["ok"] else "bad"}">{"✓ passed" if entry["ok"] else "✗ failed"}</td>'
        f"<td>{escape(entry['name'])}</td><td>{escape(entry['result'])}</td>"
        f'<td class="number">{float(entry["seconds"]):.1f} s</td></tr>'
        for entry in checks
    )
    return (
        "<table><thead><tr><th></th><th>Check</th><th>Result</th><th>Time</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def host_table(hosts: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """Return a table with one row per host: name, operating system and program versions."""
    rows = "".join(
        f"<tr><td>{escape(host['name'])}</td><td>{escape(host.get('system', ''))}</td>"
        f"<td>{escape(', '.join(f'{name} {version}' for name, version in host.get('versions', {}).items() if version))}"
        "</td></tr>"
        for host in hosts
    )
    return (
        "<table><thead><tr><th>Host</th><th>System</th><th>Versions</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def warnings_by_host(warnings: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """Return the warnings of each host, or a note that there are none."""
    texts = [
        f'<p class="soft">{escape(entry["host"])}</p><pre>{escape(chr(10).join(entry["lines"]))}</pre>'
        for entry in warnings
        if entry["lines"]
    ]
    return "".join(texts) or '<p class="soft">None.</p>'


def figure(entry: t.Mapping[str, t.Any]) -> str:
    """Return the recording of a check with its waveform and spectrogram."""
    path = Path(entry["recording"])
    samples, rate = read_samples(path)
    if not samples:
        return ""
    sound = base64.b64encode(path.read_bytes()).decode()
    picture = base64.b64encode(spectrogram_png(samples)).decode()
    return (
        f"<figure><figcaption><strong>{escape(entry['name'])}</strong>"
        f'<span class="soft">{escape(entry["result"])}</span></figcaption>{waveform_svg(samples)}'
        f'<img alt="spectrogram" src="data:image/png;base64,{picture}">'
        f'<div class="scale"><span>0 s</span><span>0 to {rate / 2000:g} kHz, upwards</span>'
        f"<span>{len(samples) / rate:.1f} s</span></div>"
        f'<audio controls preload="metadata" src="data:audio/wav;base64,{sound}"></audio></figure>'
    )


def run_module(module: RedactingModule) -> dict[str, t.Any]:
    """Write the page, readable only by its owner because it contains recordings, and return the module's result."""
    options = module.params
    destination = Path(options["dest"])
    try:
        page = render(
            options["title"], options["date"], options["hosts"], options["checks"], options["warnings"]
        )
    except (OSError, wave.Error, EOFError) as error:
        raise ModuleError(f"A recording cannot be read ({error}); run the checks again.") from error
    if not module.check_mode:
        try:
            destination.parent.mkdir(parents=True, exist_ok=True)
            draft = destination.with_name(f".{destination.name}.new")
            draft.touch(mode=0o600)
            draft.write_text(page, encoding="utf-8")
            os.replace(draft, destination)
        except OSError as error:
            raise ModuleError(
                f"{destination} cannot be written ({error.strerror}); set another 'dest'."
            ) from error
    return {"changed": True, "dest": str(destination), "bytes": len(page.encode())}
