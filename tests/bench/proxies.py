"""`python -m tests.bench.proxies nginx caddy`: a Pear behind each proxy as docs/proxy sets it up, asked by the doctor.

For a person to run where Debian's nginx or caddy is installed: the suite installs neither. Addresses, ports and the
certificate are put in the place of the examples'; all else is as it stands there.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.certificate import make_certificate
from tests.services import NOT_INHERITED, ROOT, Child, free_port, pear_running

PROXY = ROOT / "docs" / "proxy"
_GLOBALS = "{\n\tadmin off\n\tauto_https disable_redirects\n"


def nginx(folder: Path, site: int, pear: int) -> list[str]:
    """Write nginx's files; return its command."""
    text = (PROXY / "nginx.conf").read_text()
    for old, new in (
        ("127.0.0.1:8000", f"127.0.0.1:{pear}"),
        ("listen 443 ssl", f"listen {site} ssl"),
        ("listen 80;", f"listen {free_port()};"),
        ("/etc/ssl/pear/fullchain.pem", str(folder / "server.pem")),
        ("/etc/ssl/pear/privkey.pem", str(folder / "server.pem")),
        ("/var/log/nginx/pear.log", str(folder / "error.log")),
    ):
        assert old in text
        text = text.replace(old, new)
    places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{place}_temp_path {folder}/{place};\n" for place in places)
    whole = folder / "nginx.conf"
    whole.write_text(f"pid {folder}/pid;\ndaemon off;\nevents {{}}\nhttp {{\n{temporary}{text}\n}}\n")
    return [os.environ.get("NGINX", "nginx"), "-c", str(whole), "-e", str(folder / "early.log")]


def caddy(folder: Path, site: int, pear: int) -> list[str]:
    """Write Caddy's file; return its command."""
    text = (PROXY / "Caddyfile").read_text()
    for old, new in (
        ("127.0.0.1:8000", f"127.0.0.1:{pear}"),
        ("{$PEAR_SITE:pear.example}", f"https://127.0.0.1:{site}"),
        ("\treverse_proxy", f"\ttls {folder}/server.pem {folder}/server.pem\n\treverse_proxy"),
    ):
        assert old in text
        text = text.replace(old, new)
    whole = folder / "Caddyfile"
    whole.write_text(text.replace("{\n", _GLOBALS, 1))
    return [os.environ.get("CADDY", "caddy"), "run", "--adapter", "caddyfile", "--config", str(whole)]


PROXIES = {"nginx": nginx, "caddy": caddy}


def tried(name: str, folder: Path) -> int:
    """Run Pear behind the proxy `name` and print what the doctor says; returns the doctor's status."""
    _, trust = make_certificate(folder)
    site = free_port()
    url = f"https://127.0.0.1:{site}"
    with pear_running(folder, SITE_URL=url, TRUSTED_PROXY_COUNT="1", METRICS_PORT="0") as pear:
        words = PROXIES[name](folder, site, int(pear.url.rpartition(":")[2]))
        proxy = Child.start(words, name=name, folder=folder, env=os.environ | {"HOME": str(folder)})
        try:
            env = {key: value for key, value in os.environ.items() if key not in NOT_INHERITED} | trust
            asked = [sys.executable, "manage.py", "doctor"]
            there = {"SITE_URL": url, "DATA_DIR": str(pear.data_dir)}
            return subprocess.run(asked, env=env | there, cwd=ROOT, check=False).returncode
        finally:
            proxy.stop()


def main(names: list[str]) -> int:
    """Try each; 1 where the doctor found a fault."""
    worst = 0
    for name in names or sorted(PROXIES):
        with tempfile.TemporaryDirectory() as folder:
            print(f"== {name}", flush=True)
            worst = max(worst, tried(name, Path(folder)))
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
