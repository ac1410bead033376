"""Postfix: one master with a listener of its own for every address, port and way of TLS."""

from pathlib import Path

from tests.laboratory.pki import Pki
from tests.laboratory.plan import Place, Plan, Postfix
from tests.laboratory.program import Program, own, room

MASTER = "/usr/lib/postfix/sbin/master"
_QUEUES = (
    "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private",
    "saved", "trace",
)  # fmt: skip

_MAIN = """\
compatibility_level = 3.6
config_directory = {home}/etc
queue_directory = {home}/queue
data_directory = {home}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {home}/log
maillog_file_prefixes = {home}
import_environment = MAIL_CONFIG MAIL_LOGTAG TZ LANG=C OPENSSL_CONF={home}/etc/openssl.cnf
mydestination =
local_recipient_maps =
inet_protocols = all
inet_interfaces = all
smtpd_peername_lookup = no
smtpd_recipient_restrictions = reject
smtpd_tls_auth_only = yes
smtpd_tls_protocols = >=TLSv1.2
smtpd_sasl_type = dovecot
smtpd_sasl_path = {sasl}
smtpd_tls_loglevel = 1
"""

_SERVICES = """\
cleanup unix n - n - 0 cleanup
rewrite unix - - n - - trivial-rewrite
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
error unix - - n - - error
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
qmgr unix n - n 300 1 qmgr
postlog unix-dgram n - n - 1 postlogd
"""

# Debian's own file allows nothing under TLS 1.2: the servers choose for themselves here.
_OPENSSL = """\
openssl_conf = start
[start]
ssl_conf = ssl
[ssl]
system_default = any
[any]
MinProtocol = TLSv1
CipherString = DEFAULT@SECLEVEL=0
"""


def postfix(folder: Path, plan: Plan, pki: Pki, sasl: Path) -> Program:
    """All of the plan's Postfix listeners in one master."""
    home = room(folder, "postfix")
    queue = room(home, "queue")
    own(room(home, "data"), "postfix")
    for name in _QUEUES:
        room(queue, name, "postfix").chmod(0o700)
    for name, mode in (("maildrop", 0o730), ("public", 0o710), ("pid", 0o755)):
        room(queue, name, None if name == "pid" else "postfix").chmod(mode)
    config = room(home, "etc")
    (config / "openssl.cnf").write_text(_OPENSSL)
    (config / "main.cf").write_text(_MAIN.format(home=home, sasl=sasl))
    services, listens = [_SERVICES], []
    for place in plan.places:
        for server in place.host.servers:
            if isinstance(server, Postfix):
                services += [_listener(place, address, server, pki) for address in place.addresses]
                listens += [(address, server.port) for address in place.addresses]
    (config / "master.cf").write_text("".join(services))
    argv = (MASTER, "-c", str(config), "-d")
    return Program("postfix", argv, tuple(listens))


def _listener(place: Place, address: str, server: Postfix, pki: Pki) -> str:
    options = {"myhostname": place.host.name}
    if server.showing is None:
        options["smtpd_tls_security_level"] = "none"
    else:
        options["smtpd_tls_security_level"] = "may"
        options["smtpd_tls_chain_files"] = str(pki.shown(place.host, server.showing))
        if server.only_tls_1_0:
            options["smtpd_tls_protocols"] = "TLSv1"
        if server.tls_1_0_too:
            options["smtpd_tls_protocols"] = ">=TLSv1"
        if server.only_tls_1_0 or server.tls_1_0_too:
            options["tls_medium_cipherlist"] = "ALL:@SECLEVEL=0"
    if server.implicit_tls:
        options["smtpd_tls_wrappermode"] = "yes"
    if server.login:
        options["smtpd_sasl_auth_enable"] = "yes"
        if server.showing is None:
            options["smtpd_tls_auth_only"] = "no"
    spoken = f"[{address}]" if ":" in address else address
    given = "".join(f" -o {name}={value}" for name, value in options.items())
    return f"{spoken}:{server.port} inet n - n - - smtpd{given}\n"
