"""What can go wrong with storage. Nothing of a driver or of SQLAlchemy leaves a unit of work.

StorageError
├── StorageUnavailableError     the database cannot be reached or used; the same work may succeed later
│   └── StorageBusyError        somebody held a lock for too long, or two transactions stood in each other's way
├── StorageConflictError        a constraint refuses the row: it is there already, or what it names is not
│   └── DeliveryRepeatedError   another transaction has handled this delivery meanwhile
├── NotStoredError              a change names a row that is not there
├── UnstorableValueError        a value no database of ours can keep, such as a NUL character
│   └── NaiveTimeError          a time without a zone
├── NestedWorkError             a task opened a unit of work inside its own, which would wait for itself for ever
└── DatabaseAddressError        the address names no database that we can use
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    DontWrapMixin,
    IntegrityError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

_IN_THE_WAY = {"40001", "40P01", "55P03"}
"""PostgreSQL's codes for a failed serialisation, a deadlock and a lock not available in time."""


class StorageError(Exception):
    """The root: storage did not do what was asked, and the transaction was rolled back."""


class StorageUnavailableError(StorageError):
    """The database cannot be reached or used; the same work may succeed later."""


class StorageBusyError(StorageUnavailableError):
    """Somebody held a lock for too long, or two transactions stood in each other's way."""


class StorageConflictError(StorageError):
    """A constraint refuses the row: it is there already, or what it names is not."""


class DeliveryRepeatedError(StorageConflictError):
    """Another transaction has handled this delivery meanwhile."""


class NotStoredError(StorageError):
    """A change names a row that is not there."""


class UnstorableValueError(StorageError, ValueError, DontWrapMixin):
    """A value that no database of ours can keep."""


class NaiveTimeError(UnstorableValueError):
    """A time without a zone."""


class NestedWorkError(StorageError):
    """A task opened a unit of work inside its own."""


class DatabaseAddressError(StorageError):
    """The address names no database that we can use."""


def _in_our_words(error: SQLAlchemyError) -> StorageError:
    if isinstance(error, PoolTimeoutError):
        return StorageBusyError("no connection to the database became free in time")
    if isinstance(error, IntegrityError):
        return StorageConflictError("a constraint of the database refuses the row")
    if isinstance(error, DataError):
        return UnstorableValueError("the database cannot keep one of the values")
    if isinstance(error, DBAPIError) and _is_in_the_way(error):
        return StorageBusyError("another transaction is in the way")
    if isinstance(error, OperationalError):
        return StorageUnavailableError("the database cannot be used")
    return StorageError("the database did not do what was asked")


def _is_in_the_way(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _IN_THE_WAY or "database is locked" in str(error.orig)


@contextmanager
def errors_in_our_words() -> Iterator[None]:
    """Turn what SQLAlchemy raises into a StorageError that keeps it as its cause. The texts carry no stored words."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _in_our_words(error) from error
