"""What a text means, as numbers: an embedding by a small model that comes with the package.

The engine only compares embeddings. Reading one takes a millisecond or two; whoever takes a report in does it once.
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
_PROBE = (
    "cust can't pay at checkout, card declined twice, says error 4012 - again, other card too, app and website alike"
)
"""Read in both ways, it shows whether the fast one is exact on this processor."""
_MODEL, _TOKENIZER = "model.onnx", "tokenizer.json"


class MeaningModel:
    """A sentence-embedding model in memory. `digest` tells its embeddings from those of another model."""

    def __init__(self, model: bytes, tokenizer: bytes) -> None:
        """Both as in the files of a model's folder. Raises ModelError where they are no such model."""
        try:
            self._session, careful = (_open(model, careful=one) for one in (False, True))
            self._tokenizer = Tokenizer.from_buffer(tokenizer)
        except Exception as error:  # both libraries raise classes of their own kind, some of them plain Exception
            raise ModelError(f"the meaning model cannot be read: {error}") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MOST_TOKENS)
        self._inputs = {one.name for one in self._session.get_inputs()}
        self.digest = hashlib.sha256(model).hexdigest()
        quick = self.read(_PROBE)
        if len(quick) != _BYTES:
            raise ModelError(f"the meaning model must give {DIMENSIONS} numbers for a text")
        fast, self._session = self._session, careful
        if self.read(_PROBE) == quick:
            self._session = fast

    def read(self, text: str) -> bytes:
        """The text's embedding: 384 little-endian float16 of length 1. The same text always gives the same bytes."""
        ids = np.array([self._tokenizer.encode(_readable(text)).ids], dtype=np.int64)
        given = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        tokens = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        total = np.asarray(tokens)[0].sum(axis=0)
        embedding: bytes = (total / max(float(np.linalg.norm(total)), 1e-9)).astype("<f2").tobytes()
        return embedding

    def read_many(self, texts: Sequence[str]) -> list[bytes]:
        """Each text's embedding, as `read` gives it: one at a time, so that no text's depends on its neighbours."""
        return [self.read(text) for text in texts]


def _open(model: bytes, *, careful: bool) -> onnxruntime.InferenceSession:
    """`careful`: exact on every processor, where those without instructions for it would cut off sums of products of
    whole numbers, and at half the speed.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # One text at a time is read, so what the model works out of their number is worked out once.
    options.add_free_dimension_override_by_name("b", 1)
    if careful:
        options.add_session_config_entry("session.x64quantprecision", "1")
    # Adding and levelling in one step takes several times as long as in two.
    return onnxruntime.InferenceSession(
        model, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )


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
