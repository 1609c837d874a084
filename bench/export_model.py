"""Exports a trained model to ONNX, with weights of eight bits: what `dedupe/data/model` holds.

    python -m bench.export_model FOLDER --out MODEL.onnx

`pip install torch==2.13.0 transformers onnx` first; nothing else here needs them. The graph is put together here out of
onnxruntime's own operators for whole layers, since one that is traced and then quantised takes half as long again: it
reads the same numbers into bytes three times, and turns and copies what it has between small steps. One text at a time
is read, without padding, so there is no mask.

Weights are signed, which processors multiply twice as fast. Each column of a matrix and each row of the table of word
pieces has a scale of its own: with one for all, what is read differs from full precision three times as much.
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from transformers import AutoModel, BertModel

_INPUT, _OUTPUT = "input_ids", "last_hidden_state"
_MICROSOFT = "com.microsoft"
_OPSETS = {"": 17, _MICROSOFT: 1}
_BYTES = 127
_SMALLEST = 1e-9

Array = npt.NDArray[np.float32]


class Graph:
    """Nodes put one after the other; each gives the name of what it finds."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: npt.ArrayLike) -> str:
        self._constants.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def add(self, operator: str, *given: str, name: str, domain: str = "", **how: float) -> str:
        """A node with one output."""
        return self.add_many(operator, *given, names=[name], domain=domain, **how)[0]

    def add_many(self, operator: str, *given: str, names: list[str], domain: str = "", **how: float) -> list[str]:
        """A node with several."""
        self._nodes.append(helper.make_node(operator, given, names, domain=domain, **how))
        return names

    def matrix(self, name: str, weights: Array) -> tuple[str, str, str]:
        """A matrix by which rows are multiplied, in signed bytes: those, the scale of each column, and their zeros."""
        zeros = np.zeros(weights.shape[1], dtype=np.int8)
        return (*self.in_bytes(name, weights, axis=0), self.constant(f"{name}_zero", zeros))

    def in_bytes(self, name: str, values: Array, *, axis: int, keepdims: bool = False) -> tuple[str, str]:
        """Values in signed bytes, and the scales that they share along an axis."""
        scales = np.maximum(np.abs(values).max(axis=axis, keepdims=keepdims), _SMALLEST) / _BYTES
        return (
            self.constant(name, np.rint(values / scales).astype(np.int8)),
            self.constant(f"{name}_scale", scales.astype(np.float32)),
        )

    def model(self) -> onnx.ModelProto:
        """All of it, checked."""
        given = helper.make_tensor_value_info(_INPUT, TensorProto.INT64, ["b", "s"])
        found = helper.make_tensor_value_info(_OUTPUT, TensorProto.FLOAT, ["b", "s", "wide"])
        graph = helper.make_graph(self._nodes, "meaning", [given], [found], self._constants)
        opsets = [helper.make_opsetid(domain, version) for domain, version in _OPSETS.items()]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
        onnx.checker.check_model(model)
        return model


class Exporter:
    """Writes a model into a graph, piece by piece."""

    def __init__(self, model: BertModel) -> None:
        self._heads, self._apart = model.config.num_attention_heads, model.config.layer_norm_eps
        self._weights: dict[str, Array] = {name: one.numpy() for name, one in model.state_dict().items()}
        self._graph = Graph()
        self._layers = model.config.num_hidden_layers

    def export(self) -> onnx.ModelProto:
        """The whole model."""
        found = self._pieces()
        for number in range(self._layers):
            found = self._layer(number, found)
        self._graph.add("Identity", found, name=_OUTPUT)
        return self._graph.model()

    def _pieces(self) -> str:
        """The embeddings of word pieces where they stand; the kind of text is always the first."""
        graph, at = self._graph, "embeddings"
        rows = self._weights[f"{at}.word_embeddings.weight"]
        standing, kinds = (self._weights[f"{at}.{kind}_embeddings.weight"] for kind in ("position", "token_type"))
        pieces, of_row = graph.in_bytes("pieces", rows, axis=1, keepdims=True)
        read = graph.add("Gather", pieces, _INPUT, name="pieces_read")
        wide = graph.add("Cast", read, name="pieces_wide", to=TensorProto.FLOAT)
        scale = graph.add("Gather", of_row, _INPUT, name="pieces_scale_read")
        scaled = graph.add("Mul", wide, scale, name="pieces_scaled")
        shape = graph.add("Shape", _INPUT, name="shape")
        one, two, zero = (graph.constant(f"number_{number}", np.array([number])) for number in (1, 2, 0))
        many = graph.add("Slice", shape, one, two, zero, name="many")
        places = graph.add("Slice", graph.constant("places", standing + kinds[0]), zero, many, zero, name="places_read")
        return self._levelled(f"{at}.LayerNorm", graph.add("Add", scaled, places, name="pieces_placed"))

    def _layer(self, number: int, given: str) -> str:
        """Attention, then the two matrices that follow it, each with what came in added to what comes out."""
        at = f"encoder.layer.{number}"
        attended = self._multiplied(f"{at}.attention.output.dense", self._attention(f"{at}.attention.self", given))
        middle = self._added(f"{at}.attention.output.LayerNorm", attended, given)
        inner = self._multiplied(f"{at}.intermediate.dense", middle)
        bent = self._graph.add("Gelu", inner, name=f"{at}.bent", domain=_MICROSOFT)
        return self._added(f"{at}.output.LayerNorm", self._multiplied(f"{at}.output.dense", bent), middle)

    def _attention(self, at: str, given: str) -> str:
        graph = self._graph
        kinds = ("query", "key", "value")
        weights = np.concatenate([self._weights[f"{at}.{kind}.weight"].T for kind in kinds], axis=1)
        bias = graph.constant(f"{at}.bias", np.concatenate([self._weights[f"{at}.{kind}.bias"] for kind in kinds]))
        rows, scale, zero = graph.matrix(at, weights)
        names = [f"{at}.given", f"{at}.given_scale", f"{at}.given_zero"]
        read, read_scale, read_zero = graph.add_many("DynamicQuantizeLinear", given, names=names)
        return graph.add(
            *("QAttention", read, rows, bias, read_scale, scale, "", read_zero, zero),
            name=f"{at}.found",
            domain=_MICROSOFT,
            num_heads=self._heads,
        )

    def _multiplied(self, at: str, given: str) -> str:
        bias = self._graph.constant(f"{at}.bias", self._weights[f"{at}.bias"])
        matrix = self._graph.matrix(at, self._weights[f"{at}.weight"].T)
        return self._graph.add("DynamicQuantizeMatMul", given, *matrix, bias, name=f"{at}.found", domain=_MICROSOFT)

    def _added(self, at: str, found: str, given: str) -> str:
        return self._levelled(at, self._graph.add("Add", found, given, name=f"{at}.given"))

    def _levelled(self, at: str, given: str) -> str:
        names = [f"{at}.{kind}" for kind in ("weight", "bias")]
        scale, bias = (self._graph.constant(name, self._weights[name]) for name in names)
        return self._graph.add("LayerNormalization", given, scale, bias, name=f"{at}.found", epsilon=self._apart)


def main() -> None:
    """Export and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    with torch.no_grad():
        model = Exporter(AutoModel.from_pretrained(chosen.folder).eval()).export()
    onnx.save(model, chosen.out)
    print(f"{chosen.out}: sha256 {hashlib.sha256(chosen.out.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
