"""nginx: what web servers say about mail, over HTTPS, with redirects that lead astray."""

from pathlib import Path

from tests.laboratory.pki import Pki
from tests.laboratory.plan import Place, Plan, Web
from tests.laboratory.program import Program, room


def nginx(folder: Path, plan: Plan, pki: Pki) -> Program:
    """All of the plan's web servers in one nginx."""
    home = room(folder, "nginx")
    servers, listens = [], []
    for place in plan.places:
        for server in place.host.servers:
            if isinstance(server, Web):
                servers.append(_server(home, place, server, pki))
                port = 80 if server.in_clear else 443
                listens += [(address, port) for address in place.addresses]
    temporary = "".join(
        f"    {name}_temp_path {home}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (home / "nginx.conf").write_text(
        f"daemon off;\nworker_processes 1;\npid {home}/pid;\nerror_log stderr warn;\n"
        f"events {{}}\nhttp {{\n    access_log off;\n"
        f"    ssl_protocols TLSv1.2 TLSv1.3;\n{temporary}"
        f"{''.join(servers)}}}\n"
    )
    argv = ("nginx", "-p", str(home), "-c", str(home / "nginx.conf"), "-e", "stderr")
    return Program("nginx", argv, tuple(listens))


def _server(home: Path, place: Place, server: Web, pki: Pki) -> str:
    spoken = [f"[{a}]" if ":" in a else a for a in place.addresses]
    if server.in_clear:
        lines = [f"listen {address}:80;" for address in spoken]
    else:
        shown = pki.shown(place.host, server.showing)
        lines = [f"listen {address}:443 ssl;" for address in spoken]
        lines += [f"ssl_certificate {shown};", f"ssl_certificate_key {shown};"]
    lines.append(f"default_type {server.content_type};")
    for number, (path, text) in enumerate(server.pages):
        page = home / f"{place.host.name}.{int(server.in_clear)}.{number}"
        page.write_text(text, newline="")
        # Who posts a question gets the page too: nginx alone would say 405.
        lines.append(f"location = {path} {{ alias {page}; error_page 405 =200 {path}; }}")
    for path, where in server.moved:
        lines.append(f"location = {path} {{ return 302 {where}; }}")
    lines.append("location / { return 404; }")
    return "    server {\n" + "".join(f"        {line}\n" for line in lines) + "    }\n"
