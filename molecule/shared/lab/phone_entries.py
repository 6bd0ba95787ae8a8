"""Entries of phones, as each SIP driver needs them."""

from __future__ import annotations

from contextlib import AbstractContextManager

from testinfra.host import Host

from . import directory
from .proof import Lab

# The polling interval of the directory watch.
WATCH_SECONDS = 5
# The attributes that each driver needs, besides a secret.
NEW_PHONE = {
    "pjsip": """\
objectClass: inetOrgPerson
objectClass: AsteriskPJSIPUser
AstPJSIPAuthUser: {uid}
AstPJSIPAuthType: md5
AstPJSIPMaxContacts: 1
""",
    "chan_sip": """\
objectClass: inetOrgPerson
objectClass: AsteriskSIPUser
AstAccountType: friend
""",
}
NAMES = "uid: {uid}\ncn: {uid}\nsn: {uid}\nAstAccountContext: LocalSets\nAstAccountAllowedCodec: !all,ulaw\n"
# The attributes that make the phone reachable and name its credentials.
REACHABLE = {
    "pjsip": "AstPJSIPAors: {uid}\nAstPJSIPAuth: {uid}\n",
    "chan_sip": "AstAccountHost: dynamic\n",
}
# md5 of stranger:asterisk:known
HA1_OF_STRANGER = "AstAccountRealmedPassword: d9b1bf14153e41ac3d9013fa6a45bfa1\n"


def phone_entry(pbx: Host, lab: Lab, uid: str, more: str) -> AbstractContextManager[None]:
    """Add the entry of a phone, with additional lines of LDIF, for the duration of the block."""
    text = (NEW_PHONE[lab.pbx_host["sip"]] + NAMES).format(uid=uid) + more
    return directory.entry(pbx, person_dn(lab, uid), text)


def person_dn(lab: Lab, uid: str) -> str:
    """Return the DN of a person."""
    return f"uid={uid},{lab.facts['people_dn']}"
