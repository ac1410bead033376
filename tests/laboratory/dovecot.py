"""Dovecot: its certificate and manners differ by the address at which it is called.

A second instance serves the hosts without TLS, for nobody may listen at their TLS ports.
"""

from pathlib import Path

from tests.laboratory.pki import Pki
from tests.laboratory.plan import Dovecot, Place, Plan, Showing
from tests.laboratory.program import Program, room

_CONFIG = """\
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
protocols = imap pop3
listen = {listen}
auth_mechanisms = plain login
disable_plaintext_auth = yes
mail_location = maildir:{home}/mail/%u
passdb {{
  driver = static
  args = password=laboratory
}}
userdb {{
  driver = static
  args = uid=dovecot gid=dovecot home={home}/mail/%u
}}
service auth {{
  unix_listener {sasl} {{
    mode = 0666
  }}
}}
service stats {{
  client_limit = 200
}}
"""
_TLS = """\
ssl = yes
ssl_cert = <{shown}
ssl_key = <{shown}
"""
_NO_TLS = """\
ssl = no
service imap-login {
  inet_listener imaps {
    port = 0
  }
}
service pop3-login {
  inet_listener pop3s {
    port = 0
  }
}
"""


def dovecot(folder: Path, plan: Plan, pki: Pki) -> tuple[tuple[Program, ...], Path]:
    """All of the plan's IMAP and POP3 servers, and the socket where Postfix asks for logins."""
    places = [
        (place, server)
        for place in plan.places
        for server in place.host.servers
        if isinstance(server, Dovecot)
    ]
    tls = [(place, server) for place, server in places if server.showing is not None]
    clear = [(place, server) for place, server in places if server.showing is None]
    settings = _TLS.format(shown=pki.shown(tls[0][0].host))
    settings += "".join(_local(place, server, pki) for place, server in tls)
    programs = (
        _instance(folder, "dovecot", [place for place, _ in tls], settings, (143, 993, 110, 995)),
        _instance(folder, "dovecot-clear", [place for place, _ in clear], _NO_TLS, (143, 110)),
    )
    return programs, folder / "dovecot" / "login"


def _instance(
    folder: Path, name: str, places: list[Place], settings: str, ports: tuple[int, ...]
) -> Program:
    home = room(folder, name)
    room(home, "mail", "dovecot")
    addresses = [address for place in places for address in place.addresses]
    config = _CONFIG.format(home=home, listen=", ".join(addresses), sasl=home / "login")
    path = home / "dovecot.conf"
    path.write_text(config + settings)
    listens = tuple((address, port) for address in addresses for port in ports)
    return Program(name, ("dovecot", "-F", "-c", str(path)), listens)


def _local(place: Place, server: Dovecot, pki: Pki) -> str:
    shown = pki.shown(place.host, server.showing or Showing.SOUND)
    lines = [f"ssl_cert = <{shown}", f"ssl_key = <{shown}"]
    if server.login_in_clear:
        lines.append("disable_plaintext_auth = no")
    body = "".join(f"  {line}\n" for line in lines)
    return "".join(f"local {address} {{\n{body}}}\n" for address in place.addresses)
