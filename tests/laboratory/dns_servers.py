"""Knot on the three floors of the name tree, and Unbound that resolves from its root down."""

import shutil
from pathlib import Path

from tests.laboratory.plan import DOMAIN_DNS, LAME_DNS, NETWORKS, RESOLVERS, ROOT_DNS, TLD_DNS
from tests.laboratory.program import Program, room
from tests.laboratory.zones import REVERSE, Zones


def knots(folder: Path, zones: Zones) -> tuple[Program, ...]:
    """Servers of their own for root, top level and domains, so that referrals really happen."""
    return (
        _knot(folder, "knot-root", (ROOT_DNS,), zones.root),
        _knot(folder, "knot-tlds", (TLD_DNS,), zones.tlds),
        _knot(folder, "knot-domains", (*DOMAIN_DNS, LAME_DNS), zones.domains),
    )


def _knot(folder: Path, name: str, addresses: tuple[str, ...], zones: dict[str, str]) -> Program:
    home = room(folder, name)
    (home / "zones").mkdir()
    lines = [
        "server:",
        f"    rundir: {home}",
        "    udp-workers: 1",
        "    tcp-workers: 1",
        "    background-workers: 1",
        *(f"    listen: {address}@53" for address in addresses),
        "control:",
        f"    listen: {home}/control",
        "log:",
        "  - target: stderr",
        "    any: warning",
        "database:",
        f"    storage: {home}",
        "template:",
        "  - id: default",
        f"    storage: {home}/zones",
        "    zonefile-sync: -1",
        "    zonefile-load: whole",
        "    journal-content: none",
        "    semantic-checks: off",
        "zone:",
    ]
    for number, (zone, text) in enumerate(zones.items()):
        (home / "zones" / f"{number}.zone").write_text(text)
        lines += [f"  - domain: {zone}", f"    file: {number}.zone"]
    config = home / "knot.conf"
    config.write_text("\n".join(lines) + "\n")
    listens = tuple((address, 53) for address in addresses)
    return Program(name, ("knotd", "--config", str(config)), listens)


def unbound(folder: Path, zones: Zones) -> Program:
    """A validating resolver that knows the laboratory's root alone."""
    home = room(folder, "unbound", "unbound")
    (home / "root.hints").write_text(f". NS a.root.\na.root. A {ROOT_DNS}\n")
    (home / "anchor.key").write_text(zones.anchor)
    lines = [
        "server:",
        f'    directory: "{home}"',
        '    chroot: ""',
        f'    pidfile: "{home}/pid"',
        "    use-syslog: no",
        "    verbosity: 1",
        "    do-daemonize: no",
        "    num-threads: 1",
        *(f"    interface: {address}" for address in RESOLVERS),
        *(f"    access-control: {network} allow" for network in NETWORKS),
        '    root-hints: "root.hints"',
        '    trust-anchor-file: "anchor.key"',
        "    ede: yes",
        "    val-log-level: 0",
        "    do-not-query-localhost: no",
        # Documentation networks have no reverse names elsewhere: Unbound answers so by itself.
        *(f'    local-zone: "{zone}." nodefault' for zone in REVERSE),
        # A lame delegation is to be seen at once, not after a series of tries.
        "    outbound-msg-retry: 2",
        "    infra-cache-min-rtt: 10",
        "remote-control:",
        "    control-enable: yes",
        f"    control-interface: {home}/control",
        "    control-use-cert: no",
    ]
    config = home / "unbound.conf"
    config.write_text("\n".join(lines) + "\n")
    listens = tuple((address, 53) for address in RESOLVERS)
    return Program("unbound", (_unconfined(home), "-d", "-c", str(config)), listens)


def _unconfined(home: Path) -> str:
    """Debian's AppArmor profile lets /usr/sbin/unbound read its usual places only: run a copy."""
    enabled = Path("/sys/module/apparmor/parameters/enabled")
    if not enabled.exists() or enabled.read_text().strip() != "Y":
        return "unbound"
    return shutil.copy(shutil.which("unbound") or "/usr/sbin/unbound", str(home))
