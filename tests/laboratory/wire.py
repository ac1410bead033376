"""The wire between the client's network and the servers': a veth pair, or one with a delay.

The delay is made by a relay of our own between two TUN devices, because not every kernel has netem.
"""

import ctypes
import fcntl
import os
import struct
import subprocess
import sys
from collections.abc import Iterable
from ipaddress import ip_interface

from tests.laboratory.plan import CLIENT, CLIENT6, ROUTER, ROUTER6

_CLONE_NEWNET = 0x40000000
_TUNSETIFF = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000


def lay(addresses: Iterable[str], delay: float, blocked_port: int) -> None:
    """Leave this process in a new network that holds `addresses`, wired to the one it leaves."""
    client = os.open("/proc/self/ns/net", os.O_RDONLY)
    if delay:
        ends = [_tun()]
        _unshare_network()
        ends.append(_tun())
        relay = [sys.executable, "-m", "tests.laboratory.relay", *map(str, ends), str(delay)]
        subprocess.Popen(relay, pass_fds=ends, stdin=subprocess.DEVNULL)
        for end in ends:
            os.close(end)
        add = ""
    else:
        _unshare_network()
        add = f"link add wire type veth peer name wire netns /proc/self/fd/{client}\n"
    world = f"{add}link set lo up\nlink set wire up\n"
    world += f"addr add {ROUTER}/26 dev wire\naddr add {ROUTER6}/64 dev wire nodad\n"
    world += "".join(f"addr add {ip_interface(address)} dev lo\n" for address in addresses)
    if blocked_port:
        rule = ("rule", "add", "ipproto", "tcp", "sport", str(blocked_port), "blackhole")
        subprocess.run(("ip", "-4", *rule), check=True, timeout=10)
        subprocess.run(("ip", "-6", *rule), check=True, timeout=10)
    _ip(world, client)
    _ip(
        f"link set lo up\nlink set wire up\n"
        f"addr add {CLIENT}/26 dev wire\naddr add {CLIENT6}/64 dev wire nodad\n"
        f"route add default via {ROUTER}\nroute add default via {ROUTER6}\n",
        client,
        inside=True,
    )
    os.close(client)


def _unshare_network() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")


def _tun() -> int:
    """A TUN device called wire in the network that this process is in."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", b"wire", _IFF_TUN | _IFF_NO_PI))
    return device


def _ip(batch: str, client: int, *, inside: bool = False) -> None:
    argv = ["ip", "-batch", "-"]
    if inside:
        # Pings need no privilege there, as on any desktop.
        pings = "echo 0 2147483647 > /proc/sys/net/ipv4/ping_group_range; exec ip -batch -"
        argv = ["nsenter", f"--net=/proc/self/fd/{client}", "sh", "-c", pings]
    subprocess.run(
        argv,
        input=batch,
        text=True,
        pass_fds=(client,),
        check=True,
        timeout=10,
        stdout=subprocess.DEVNULL,
    )
