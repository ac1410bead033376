"""Dovecot: one instance whose certificate and manners differ by the address it is called at."""

from pathlib import Path

from tests.laboratory.pki import Pki
from tests.laboratory.plan import Dovecot, Place, Plan
from tests.laboratory.program import Program, room

_CONFIG = """\
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
protocols = imap pop3
listen = {listen}
ssl = yes
ssl_cert = <{shown}
ssl_key = <{shown}
ssl_dh =
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


def dovecot(folder: Path, plan: Plan, pki: Pki) -> tuple[Program, Path]:
    """All of the plan's IMAP and POP3 servers, and the socket where Postfix asks for logins."""
    home = room(folder, "dovecot")
    room(home, "mail", "dovecot")
    sasl = home / "login"
    places = [
        (place, server)
        for place in plan.places
        for server in place.host.servers
        if isinstance(server, Dovecot)
    ]
    shown = pki.shown(places[0][0].host)
    listen = ", ".join(address for place, _ in places for address in place.addresses)
    config = _CONFIG.format(home=home, listen=listen, shown=shown, sasl=sasl)
    config += "".join(_local(place, server, pki) for place, server in places)
    path = home / "dovecot.conf"
    path.write_text(config)
    listens = tuple(
        (address, port)
        for place, _ in places
        for address in place.addresses
        for port in (143, 993, 110, 995)
    )
    return Program("dovecot", ("dovecot", "-F", "-c", str(path)), listens), sasl


def _local(place: Place, server: Dovecot, pki: Pki) -> str:
    lines = []
    if server.showing is None:
        lines.append("ssl = no")
    else:
        shown = pki.shown(place.host, server.showing)
        lines += [f"ssl_cert = <{shown}", f"ssl_key = <{shown}"]
    if server.login_in_clear:
        lines.append("disable_plaintext_auth = no")
    body = "".join(f"  {line}\n" for line in lines)
    return "".join(f"local {address} {{\n{body}}}\n" for address in place.addresses)
