"""A model of meaning that knows no language: texts are alike as far as they share words, or words told to be one."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import numpy as np

from bot.ports import MeaningModel

DIMENSIONS = 384


class FakeMeaningModel(MeaningModel):
    """`alike` gives words that mean the same as another. Each name makes another model."""

    def __init__(self, name: str = "fake", alike: Mapping[str, str] | None = None) -> None:
        self._name = name
        self._alike = dict(alike or {})
        self.texts: list[str] = []

    @property
    def digest(self) -> str:
        return sha256(self._name.encode()).hexdigest()

    def read(self, text: str) -> bytes:
        self.texts.append(text)
        total = np.zeros(DIMENSIONS)
        for word in text.casefold().split() or [""]:
            seed = sha256(f"{self._name} {self._alike.get(word, word)}".encode(errors="surrogatepass")).digest()
            total += np.random.default_rng(int.from_bytes(seed[:8], "big")).standard_normal(DIMENSIONS)
        return (total / np.linalg.norm(total)).astype("<f2").tobytes()

    def read_many(self, texts: Sequence[str]) -> list[bytes]:
        return [self.read(text) for text in texts]
