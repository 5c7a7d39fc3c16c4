"""nginx with the configuration that is shipped in deploy/, changed to run here."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from benchmarks.servers import PROJECT

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def write_configuration(directory: Path, port: int, replicas: Sequence[int]) -> Path:
    """The shipped configuration with other addresses and folders; `replicas` are two ports."""
    text = (PROJECT / "deploy" / "nginx.conf").read_text("utf-8")
    changes = {
        "listen 8080": f"listen 127.0.0.1:{port}",
        "facts-1:8000": f"127.0.0.1:{replicas[0]}",
        "facts-2:8000": f"127.0.0.1:{replicas[1]}",
        "/tmp/nginx": str(directory / "nginx"),
        "worker_processes auto": "worker_processes 1",
        "http {\n": "http {\n" + "".join(
            f"{kind}_temp_path {directory}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        ),
    }  # fmt: skip
    for old, new in changes.items():
        assert text.count(old) >= 1, old
        text = text.replace(old, new)
    user = "user root;\n" if os.geteuid() == 0 else ""
    path = directory / "nginx.conf"
    path.write_text(f"{user}daemon off;\n{text}", "utf-8")
    return path
