"""SIP requests with any header, as an attacker sends them; a real phone is in phone.py."""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
from types import TracebackType

from .phone import Account

ANSWER_SECONDS = 5.0
SDP = """\
v=0
o=- 1 1 IN IP4 {host}
s=-
c=IN IP4 {host}
t=0 0
m=audio 40000 RTP/AVP 0
"""


class RawSip:
    """An account that sends single requests over UDP; it claims to be *from_user*, by default its own user."""

    def __init__(self, account: Account, from_user: str = "", display_name: str = "") -> None:
        host, _colon, port = account.server.partition(":")
        self._account = account
        self._from = f'"{display_name}" <sip:{from_user or account.user}@{account.server}>'
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(ANSWER_SECONDS)
        self._socket.connect((host, int(port or 5060)))
        self.address = "{}:{}".format(*self._socket.getsockname())

    def __enter__(self) -> RawSip:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def send(self, method: str, to: str = "", *, body: str = "", **headers: str) -> int:
        """Send a request to a user, with the digest if the server asks for it; return the final status or 0.

        Headers are keywords such as C(contact) or C(p_asserted_identity). A call that is answered is ended at once.
        """
        uri = f"sip:{to}@{self._account.server}" if to else f"sip:{self._account.server}"
        named = {name.title().replace("_", "-"): value for name, value in headers.items()}
        fields = {
            "From": f"{self._from};tag={secrets.token_hex(4)}",
            "To": f"<sip:{self._account.user}@{self._account.server}>"
            if method == "REGISTER"
            else f"<{uri}>",
            "Call-ID": secrets.token_hex(8),
            "Contact": f"<sip:{self._account.user}@{self.address}>",
            **named,
        }
        if method == "INVITE":
            fields["Content-Type"] = "application/sdp"
            body = SDP.format(host=self.address.partition(":")[0])
        elif body:
            fields["Content-Type"] = "text/plain"
        status, answer = self._request(method, uri, 1, fields, body)
        if status == 401:
            fields["Authorization"] = self._digest(method, uri, answer)
            status, answer = self._request(method, uri, 2, fields, body)
        if method == "INVITE" and status == 200:
            del fields["Authorization"], fields["Content-Type"]
            self._request("BYE", uri, 3, {**fields, "To": _header(answer, "To")}, "")
        return status

    def _request(
        self, method: str, uri: str, number: int, fields: dict[str, str], body: str
    ) -> tuple[int, str]:
        """Send one request and return the status and text of its final response, which an INVITE acknowledges."""
        self._transmit(f"{method} {uri}", {**fields, "CSeq": f"{number} {method}"}, body)
        while True:
            try:
                answer = self._socket.recv(65_535).decode(errors="replace")
            except TimeoutError:
                # PJSIP drops what it cannot parse.
                return 0, ""
            found = re.match(r"SIP/2\.0 ([2-6]\d\d) ", answer)
            if found and _header(answer, "Call-ID") == fields["Call-ID"]:
                break
        if method == "INVITE":
            self._transmit(f"ACK {uri}", {**fields, "To": _header(answer, "To"), "CSeq": f"{number} ACK"}, "")
        return int(found.group(1)), answer

    def _transmit(self, line: str, fields: dict[str, str], body: str) -> None:
        branch = f"{fields['Call-ID']}{fields['CSeq'].partition(' ')[0]}"
        all_fields = {
            "Via": f"SIP/2.0/UDP {self.address};branch=z9hG4bK{branch};rport",
            "Max-Forwards": "70",
            **fields,
        }
        payload = body.replace("\n", "\r\n").encode()
        lines = [f"{name}: {value}" for name, value in all_fields.items()]
        head = "\r\n".join([f"{line} SIP/2.0", *lines, f"Content-Length: {len(payload)}", "", ""])
        self._socket.send(head.encode() + payload)

    def _digest(self, method: str, uri: str, answer: str) -> str:
        challenge = dict(re.findall(r'(\w+)="([^"]*)"', _header(answer, "WWW-Authenticate")))
        user, realm, nonce = self._account.user, challenge["realm"], challenge["nonce"]
        secret = _md5(f"{user}:{realm}:{self._account.password}")
        quality, response = "", _md5(f"{secret}:{nonce}:{_md5(f'{method}:{uri}')}")
        if "qop" in challenge:
            response = _md5(f"{secret}:{nonce}:00000001:x:auth:{_md5(f'{method}:{uri}')}")
            quality = ', qop=auth, nc=00000001, cnonce="x"'
        opaque = f', opaque="{challenge["opaque"]}"' if "opaque" in challenge else ""
        return (
            f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{response}", '
            f"algorithm=MD5{quality}{opaque}"
        )


def _header(message: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(.*?)\r?$", message, re.MULTILINE | re.IGNORECASE)
    return found.group(1) if found else ""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
