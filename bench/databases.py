"""Fresh databases of each kind that this machine has, on a disk, with every commit made durable as in service."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.postgres import find_postgres, run_postgres

KINDS = ("sqlite", "postgresql")
NewDatabase = Callable[[], str]


@contextmanager
def databases(kind: str) -> Iterator[NewDatabase | None]:
    """Gives the addresses of as many empty databases as are asked for; None where there is no server of the kind."""
    numbers = count(1)
    if kind == "sqlite":
        folder = Path(tempfile.mkdtemp(prefix="techissue-bench-"))
        try:
            yield lambda: f"sqlite:///{folder / f'{next(numbers)}.db'}"
        finally:
            shutil.rmtree(folder)
        return
    programs = find_postgres()
    if programs is None:
        yield None
        return
    with run_postgres(programs, durable=True) as url:
        yield lambda: _create(url, f"bench_{next(numbers)}")


def _create(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return make_url(url).set(database=name).render_as_string(hide_password=False)
