"""One database for what people said: opened, brought up to date, tuned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url

MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(url: str) -> Engine:
    """An engine on the database at `url`, its tables for people's data brought to the newest version.

    SQLite runs in WAL with `synchronous=NORMAL`: readers never wait for a writer, a commit costs about 2 ms, and a
    killed process loses nothing that was committed. `secure_delete` overwrites what is deleted.

    Raises:
        sqlalchemy.exc.OperationalError: the database cannot be reached or written.
    """
    address = make_url(url)
    options: dict[str, Any] = {"future": True, "pool_pre_ping": True}
    if address.get_backend_name() == "sqlite":
        options["connect_args"] = {"check_same_thread": False, "timeout": 30}
        if address.database and address.database != ":memory:":
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
    _upgrade(engine)
    return engine


def _tune_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _upgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4071127)")  # Two starting at once take turns.
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
