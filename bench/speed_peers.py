"""Who is asked the same questions: peers that find the likeliest texts, without deciding anything."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

import psycopg
import tantivy
from rapidfuzz import fuzz, process, utils

from dedupe.tokens import split_words

SHOWN = 5


class Peer(Protocol):
    """A text index. `add` is over when the next question finds the text."""

    def fill(self, texts: Iterable[str]) -> None:
        """Take in many at once."""
        ...

    def start(self) -> None:
        """Open what was filled, as after a restart."""
        ...

    def add(self, text: str) -> None: ...

    def ask(self, text: str) -> None: ...


class RapidfuzzPeer:
    """`process.extract` over all texts."""

    def __init__(self, scorer: Callable[..., float]) -> None:
        self._scorer = scorer
        self._texts: list[str] = []

    def fill(self, texts: Iterable[str]) -> None:
        self._texts = [utils.default_process(text) for text in texts]

    def start(self) -> None:
        """Nothing is kept, so nothing is opened."""

    def add(self, text: str) -> None:
        self._texts.append(utils.default_process(text))

    def ask(self, text: str) -> None:
        process.extract(utils.default_process(text), self._texts, scorer=self._scorer, limit=SHOWN)


class SqlitePeer:
    """FTS5, ranked by bm25."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "fts5.sqlite"
        self._connect()
        self._database.execute("CREATE VIRTUAL TABLE texts USING fts5(text)")

    def _connect(self) -> None:
        self._database = sqlite3.connect(self._path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")

    def fill(self, texts: Iterable[str]) -> None:
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO texts VALUES (?)", ((text,) for text in texts))
        self._database.execute("COMMIT")

    def start(self) -> None:
        self._database.close()
        self._connect()
        self.ask("nothing")

    def add(self, text: str) -> None:
        self._database.execute("INSERT INTO texts VALUES (?)", (text,))

    def ask(self, text: str) -> None:
        words = " OR ".join(f'"{word}"' for word in split_words(text))
        query = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY bm25(texts) LIMIT ?"
        self._database.execute(query, (words, SHOWN)).fetchall()


class TantivyPeer:
    """Tantivy, whose new texts are found once they are committed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "tantivy"
        self._folder.mkdir()
        fields = tantivy.SchemaBuilder()
        fields.add_text_field("text", stored=False, tokenizer_name="en_stem")
        self._index = tantivy.Index(fields.build(), path=str(self._folder))
        self._writer = self._index.writer(num_threads=1)

    def fill(self, texts: Iterable[str]) -> None:
        for text in texts:
            self._writer.add_document(tantivy.Document(text=text))
        self._writer.commit()
        self._index.reload()

    def start(self) -> None:
        self._writer.wait_merging_threads()
        self._index = tantivy.Index.open(str(self._folder))
        self.ask("nothing")
        self._writer = self._index.writer(num_threads=1)

    def add(self, text: str) -> None:
        self._writer.add_document(tantivy.Document(text=text))
        self._writer.commit()
        self._index.reload()

    def ask(self, text: str) -> None:
        query = self._index.parse_query(" ".join(split_words(text)), ["text"])
        self._index.searcher().search(query, SHOWN)


class PostgresPeer:
    """A table on a server, asked in one of two ways."""

    def __init__(self, url: str, *, index: str, question: str) -> None:
        self._url, self._question, self._index = url, question, index
        self._database = psycopg.connect(url, autocommit=True)
        self._database.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        self._database.execute("DROP TABLE IF EXISTS texts")
        self._database.execute("CREATE TABLE texts (id bigserial PRIMARY KEY, text text NOT NULL)")

    def fill(self, texts: Iterable[str]) -> None:
        with self._database.cursor() as cursor, cursor.copy("COPY texts (text) FROM STDIN") as copy:
            for text in texts:
                copy.write_row((text,))
        self._database.execute(self._index.encode())
        self._database.execute("ANALYZE texts")

    def start(self) -> None:
        self._database.close()
        self._database = psycopg.connect(self._url, autocommit=True)
        self.ask("nothing")

    def add(self, text: str) -> None:
        self._database.execute("INSERT INTO texts (text) VALUES (%s)", (text,))

    def ask(self, text: str) -> None:
        words = " | ".join(split_words(text))
        self._database.execute(self._question.encode(), {"text": text, "words": words, "shown": SHOWN}).fetchall()


_TRIGRAMS = {
    "index": "CREATE INDEX ON texts USING gin (text gin_trgm_ops)",
    "question": "SELECT id FROM texts WHERE text %% %(text)s ORDER BY similarity(text, %(text)s) DESC LIMIT %(shown)s",
}
_FULL_TEXT = {
    "index": "CREATE INDEX ON texts USING gin (to_tsvector('english', text))",
    "question": (
        "SELECT id FROM texts, to_tsquery('english', %(words)s) wanted WHERE to_tsvector('english', text) @@ wanted"
        " ORDER BY ts_rank(to_tsvector('english', text), wanted) DESC LIMIT %(shown)s"
    ),
}


def peers(folder: Path, postgres: str | None) -> Mapping[str, Callable[[], Peer]]:
    """By name, how each is made. `postgres`: the address of a server's database, if there is one."""
    found: dict[str, Callable[[], Peer]] = {
        "rapidfuzz token_set_ratio": lambda: RapidfuzzPeer(fuzz.token_set_ratio),
        "rapidfuzz ratio": lambda: RapidfuzzPeer(fuzz.ratio),
        "SQLite FTS5 bm25": lambda: SqlitePeer(folder),
        "tantivy, committed": lambda: TantivyPeer(folder),
    }
    if postgres is not None:
        found["PostgreSQL pg_trgm"] = lambda: PostgresPeer(postgres, **_TRIGRAMS)
        found["PostgreSQL full text"] = lambda: PostgresPeer(postgres, **_FULL_TEXT)
    return found
