"""Writes a configuration profile of Apple's that sets up one mailbox, without its password.

Keys as in Apple's "Device Management", payload com.apple.mail.managed:
https://github.com/apple/device-management/blob/release/mdm/profiles/com.apple.mail.managed.yaml
and https://developer.apple.com/documentation/devicemanagement/mail (read 2026-11-23).
"""

import plistlib
import uuid
from dataclasses import dataclass
from typing import Any

from bot.model.settings import ConnectionSecurity, MailboxServer

IDENTIFIER = "listonosz.settings"
ACCOUNT_TYPES = {"imap": "EmailTypeIMAP", "pop3": "EmailTypePOP"}
# Digests instead of the password; best first. What Apple's own list of values has.
AUTHENTICATION = {"cram-md5": "EmailAuthCRAMMD5", "ntlm": "EmailAuthNTLM"}


@dataclass(frozen=True, slots=True)
class Account:
    """What a profile sets up. The user names are filled in; where one is "" the device asks."""

    domain: str
    address: str  # "": the device asks for it
    incoming: MailboxServer
    outgoing: MailboxServer
    incoming_username: str = ""
    outgoing_username: str = ""


@dataclass(frozen=True, slots=True)
class ProfileWords:
    """What the device shows of a profile before it is installed."""

    title: str
    description: str
    organization: str


def write_profile(account: Account, words: ProfileWords) -> bytes:
    """The profile as an XML property list.

    Its identifiers depend on domain and address only: a newer profile takes the place of an
    older one on the device, instead of standing beside it.
    """
    name = f"{account.domain}:{account.address.lower()}"
    stem = f"{IDENTIFIER}.{_identifier('profile', name)}"
    profile: dict[str, Any] = {
        "PayloadContent": [_mail_payload(account, stem, name)],
        "PayloadDescription": words.description,
        "PayloadDisplayName": words.title,
        "PayloadIdentifier": stem,
        "PayloadOrganization": words.organization,
        "PayloadRemovalDisallowed": False,
        "PayloadType": "Configuration",
        "PayloadUUID": _identifier("profile", name),
        "PayloadVersion": 1,
    }
    return plistlib.dumps(profile, sort_keys=True)


def _mail_payload(account: Account, stem: str, name: str) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "EmailAccountDescription": account.address or account.domain,
        "EmailAccountType": ACCOUNT_TYPES[account.incoming.protocol],
        "OutgoingPasswordSameAsIncomingPassword": True,
        "PayloadDisplayName": account.address or account.domain,
        "PayloadIdentifier": f"{stem}.mail",
        "PayloadType": "com.apple.mail.managed",
        "PayloadUUID": _identifier("mail", name),
        "PayloadVersion": 1,
        "PreventAppSheet": False,
        "PreventMove": False,
        "SMIMEEncryptionEnabled": False,
        "SMIMESigningEnabled": False,
    }
    if account.address:
        payload["EmailAddress"] = account.address
    payload |= _server("Incoming", account.incoming, account.incoming_username)
    return payload | _server("Outgoing", account.outgoing, account.outgoing_username)


def _server(way: str, server: MailboxServer, username: str) -> dict[str, Any]:
    # One switch for both kinds of TLS: the device finds out by the port which of them it is.
    fields: dict[str, Any] = {
        f"{way}MailServerAuthentication": _authentication(server),
        f"{way}MailServerHostName": server.host,
        f"{way}MailServerPortNumber": server.port,
        f"{way}MailServerUseSSL": server.security is not ConnectionSecurity.NONE,
    }
    return fields | ({f"{way}MailServerUsername": username} if username else {})


def _authentication(server: MailboxServer) -> str:
    """A digest is needed only where the password would go over the line as it is."""
    if server.security is ConnectionSecurity.NONE:
        for method in server.auth:
            if method in AUTHENTICATION:
                return AUTHENTICATION[method]
    return "EmailAuthPassword"


def _identifier(kind: str, name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{kind}:{name}")).upper()
