"""Exports a trained model to ONNX, with weights of eight bits: what `dedupe/data/model` holds.

    python -m bench.export_model FOLDER --out MODEL.onnx

`pip install torch==2.13.0 transformers onnx onnxruntime` first; nothing else here needs the first three. One text at a
time is read, without padding, so the graph has no mask. Weights are signed, which processors multiply twice as fast.
Each column of a matrix and each row of the table of word pieces has a scale of its own: with one for all, what is
read differs from full precision three times as much.
"""

import argparse
import hashlib
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModel

_INPUT, _OUTPUT = "input_ids", "last_hidden_state"
_PIECES = 30_000
"""The table of word pieces has more rows than that, and no other one has."""


class Tokens(torch.nn.Module):  # type: ignore[misc] # torch is not installed here
    """The model over one text's ids."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """An embedding for each id."""
        mask, kinds = torch.ones_like(ids), torch.zeros_like(ids)
        found: torch.Tensor = self.model(input_ids=ids, attention_mask=mask, token_type_ids=kinds).last_hidden_state
        return found


def export(folder: Path, out: Path) -> None:
    """At full precision."""
    model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
    axes = {name: {0: "b", 1: "s"} for name in (_INPUT, _OUTPUT)}
    torch.onnx.export(
        Tokens(model),
        (torch.tensor([[101, 7592, 2088, 102]]),),
        str(out),
        input_names=[_INPUT],
        output_names=[_OUTPUT],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )


def shorten_table(model: onnx.ModelProto) -> None:
    """The table of word pieces in signed bytes, each row by itself."""
    graph = model.graph
    table = next(one for one in graph.initializer if one.dims and one.dims[0] > _PIECES)
    gather = next(node for node in graph.node if node.op_type == "Gather" and node.input[0] == table.name)
    rows = numpy_helper.to_array(table)
    scales = np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-9) / 127
    graph.initializer.remove(table)
    graph.initializer.extend(
        [
            numpy_helper.from_array(np.rint(rows / scales).astype(np.int8), "pieces"),
            numpy_helper.from_array(scales.astype(np.float32), "pieces_scale"),
        ]
    )
    ids, out, place = gather.input[1], gather.output[0], list(graph.node).index(gather)
    graph.node.remove(gather)
    instead = [
        helper.make_node("Gather", ["pieces", ids], ["pieces_read"]),
        helper.make_node("Cast", ["pieces_read"], ["pieces_wide"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Gather", ["pieces_scale", ids], ["pieces_scale_read"]),
        helper.make_node("Mul", ["pieces_wide", "pieces_scale_read"], [out]),
    ]
    for node in reversed(instead):
        graph.node.insert(place, node)


def main() -> None:
    """Export, quantise, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        whole, quantised = Path(name) / "whole.onnx", Path(name) / "quantised.onnx"
        export(chosen.folder, whole)
        quantize_dynamic(
            whole, quantised, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"]
        )
        model = onnx.load(quantised)
    shorten_table(model)
    onnx.checker.check_model(model)
    onnx.save(model, chosen.out)
    print(f"{chosen.out}: sha256 {hashlib.sha256(chosen.out.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
