"""A PostgreSQL of the tests' own: made in a temporary folder, on a free port of the loopback, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_INSTALLED = Path("/usr/lib/postgresql")
# Nothing of it outlives the tests, so nothing has to reach the disk.
_HASTY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def find_postgres() -> Path | None:
    """The folder of PostgreSQL's programs: named by PG_BIN, on the path, or where Debian puts the newest one."""
    on_path = shutil.which("pg_ctl")
    versions = sorted(_INSTALLED.glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)
    named = os.environ.get("PG_BIN")
    candidates = [*([Path(named)] if named else []), *([Path(on_path).resolve().parent] if on_path else []), *versions]
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    return None


@contextmanager
def run_postgres(programs: Path, *, durable: bool = False) -> Iterator[str]:
    """A server for as long as the block lasts; gives the address of its database `postgres`. `durable`: a commit waits
    for the disk, as it does in service.
    """
    with tempfile.TemporaryDirectory(prefix="techissue-postgres-") as name:
        folder = Path(name)
        owner = _owner()
        if owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data, port = folder / "data", _free_port()
        _run(folder, programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={folder}"
        settings += "" if durable else f" {_HASTY}"
        control = (programs / "pg_ctl", "-D", data, "-w")
        _run(folder, *control, "-l", folder / "log", "-o", settings, "start")
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run(folder, *control, "-m", "immediate", "stop")


def _owner() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so root lends it to the user that Debian's package makes."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _run(folder: Path, *command: str | Path) -> None:
    owner = _owner()
    subprocess.run(
        command,
        check=True,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=owner and owner.pw_uid,
        group=owner and owner.pw_gid,
        extra_groups=None if owner is None else [],
    )
