"""What autoconfig calls ways to encrypt and to log in."""

import re

from bot.model.settings import ConnectionSecurity

SECURITIES = {
    "ssl": ConnectionSecurity.TLS,
    "tls": ConnectionSecurity.TLS,
    "starttls": ConnectionSecurity.STARTTLS,
    "plain": ConnectionSecurity.NONE,
}
# Names of the draft, and those of earlier versions ("plain" and "secure" are of version 1.0).
_LOGINS = {
    "password-cleartext": "password-cleartext",
    "plain": "password-cleartext",
    "password-encrypted": "password-encrypted",
    "secure": "password-encrypted",
    "ntlm": "ntlm",
    "gssapi": "gssapi",
    "client-ip-address": "client-ip-address",
    "tls-client-cert": "tls-client-cert",
    "oauth2": "oauth2",
    "oauth": "oauth2",
    "smtp-after-pop": "smtp-after-pop",
    "http-basic": "http-basic",
    "http-digest": "http-digest",
    "basic": "http-basic",
    "digest": "http-digest",
    "none": "none",
    "sasl plain": "password-cleartext",
    "sasl login": "password-cleartext",
    "sasl xoauth2": "oauth2",
    "sasl oauthbearer": "oauth2",
    "sasl gssapi": "gssapi",
    "sasl ntlm": "ntlm",
    "sasl external": "tls-client-cert",
    "sasl cram-md5": "password-encrypted",
    "sasl digest-md5": "password-encrypted",
}
_SCRAM = re.compile(r"sasl scram-[a-z0-9-]+")


def login_named(text: str) -> str:
    """A way to log in, by its name in small letters; "" for one that is not known."""
    return _LOGINS.get(text, "password-encrypted" if _SCRAM.fullmatch(text) else "")
