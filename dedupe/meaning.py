"""What a text means, as numbers: an embedding by a small model that comes with the package.

The engine only compares embeddings. Reading one takes about a millisecond, and whoever takes a report in does it once.
"""

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from dedupe.errors import ModelError
from dedupe.meaning_index import DIMENSIONS
from dedupe.tokens import MOST_CHARACTERS

_BYTES = 2 * DIMENSIONS
_MOST_TOKENS = 64
_MODEL, _TOKENIZER = "model.onnx", "tokenizer.json"


class MeaningModel:
    """A sentence-embedding model in memory. `digest` tells its embeddings from those of another model."""

    def __init__(self, model: bytes, tokenizer: bytes) -> None:
        """Both as in the files of a model's folder. Raises ModelError where they are no such model."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_buffer(tokenizer)
        except Exception as error:  # both libraries raise classes of their own kind, some of them plain Exception
            raise ModelError(f"the meaning model cannot be read: {error}") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MOST_TOKENS)
        self._inputs = {one.name for one in self._session.get_inputs()}
        self.digest = hashlib.sha256(model).hexdigest()
        if len(self.read("a report")) != _BYTES:
            raise ModelError(f"the meaning model must give {DIMENSIONS} numbers for a text")

    def read(self, text: str) -> bytes:
        """The text's embedding: 384 little-endian float16 of length 1. The same text always gives the same bytes."""
        ids = np.array([self._tokenizer.encode(_readable(text)).ids], dtype=np.int64)
        given = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        tokens = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        mean = np.asarray(tokens, dtype=np.float64)[0].mean(axis=0)
        embedding: bytes = (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype("<f2").tobytes()
        return embedding

    def read_many(self, texts: Sequence[str]) -> list[bytes]:
        """Each text's embedding, as `read` gives it: one at a time, so that no text's depends on its neighbours."""
        return [self.read(text) for text in texts]


def load_model(folder: Path | None = None) -> MeaningModel:
    """The model of a folder, or the package's own. Raises ModelError, naming the file that is missing or wrong."""
    place = folder if folder is not None else files("dedupe").joinpath("data", "model")
    found = []
    for name in (_MODEL, _TOKENIZER):
        try:
            found.append(place.joinpath(name).read_bytes())
        except OSError as error:
            raise ModelError(f"{place.joinpath(name)} cannot be read: {error.strerror}") from error
    return MeaningModel(*found)


def _readable(text: str) -> str:
    """The beginning of a text, without the halves of characters that no encoder takes."""
    return text[:MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
