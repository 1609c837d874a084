"""Takes neurons out of a trained meaning model, so that it reads a text faster and says nearly the same of it.

    python -m bench.slim_model FOLDER --out FOLDER [--neurons N] [--steps N] [--data DATA]

`pip install torch==2.13.0 transformers` first; nothing else here needs them. Of each layer's 1,536 inner neurons those
that move its output most are kept, what the others gave is fitted onto them, and then the slim model learns from the
whole one, on the texts that this was trained on: each text's embedding, and how alike the texts of a step are.
What that leaves a point worse, `bench.train_model` mends, going on from there.
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import torch
from torch.nn import functional

from bench.desks import DEFAULT_DATA
from bench.train_model import SEED, Trainer, descend
from bench.training_sets import TrainingSet, read_invented, read_public

NEURONS, STEPS = 768, 1_400
MOST_PUBLIC, LONGEST, FITTED_ON, NEIGHBOURS, IN_A_STEP = 4_000, 110, 600, 2_000, 96
RATE, WARM_UP, ALIKE = 1.5e-4, 50, 20.0


def texts_of(sets: Sequence[TrainingSet]) -> list[str]:
    """All texts of these sets but long ones, which would take most of the time."""
    found = {text for each in sets for texts in (*each.failures, each.alone) for text in texts}
    return sorted(text for text in found if len(text) <= LONGEST)


@torch.no_grad()  # type: ignore[untyped-decorator] # torch is not installed here
def prune(model: Trainer, texts: Sequence[str], neurons: int) -> None:
    """Keep so many inner neurons of each layer, and fit what follows them to what all of them gave together."""
    for layer in model.model.encoder.layer:
        inner, outer = layer.intermediate.dense, layer.output.dense
        given = _seen_by(outer, model, texts)
        moves = given.square().mean(dim=0) * outer.weight.square().sum(dim=0)
        kept = moves.topk(neurons).indices.sort().values
        wanted = given @ outer.weight.T + outer.bias
        with_one = torch.cat([given[:, kept], torch.ones(len(given), 1)], dim=1)
        products = with_one.T @ with_one
        ridge = 1e-3 * products.diagonal().mean() * torch.eye(neurons + 1)
        fitted = torch.linalg.solve(products + ridge, with_one.T @ wanted)
        inner.weight, inner.bias = torch.nn.Parameter(inner.weight[kept]), torch.nn.Parameter(inner.bias[kept])
        outer.weight, outer.bias = torch.nn.Parameter(fitted[:-1].T.contiguous()), torch.nn.Parameter(fitted[-1])
    model.model.config.intermediate_size = neurons


def _seen_by(module: torch.nn.Module, model: Trainer, texts: Sequence[str]) -> torch.Tensor:
    """What comes into a module, a row for each word piece of these texts."""
    found: list[torch.Tensor] = []
    hook = module.register_forward_pre_hook(lambda _, given: found.append(given[0][0]))
    for text in texts:
        model.read([text])
    hook.remove()
    return torch.cat(found)


def learn(slim: Trainer, whole: Trainer, texts: Sequence[str], steps: int, chance: random.Random) -> None:
    """Have the slim model say what the whole one says. A step takes texts of about one length, which pad one another
    the least.
    """
    texts = sorted(texts, key=len)
    wanted = read_all(whole, texts)
    slim.model.embeddings.requires_grad_(requires_grad=False)
    optimizer = torch.optim.AdamW([one for one in slim.model.parameters() if one.requires_grad], lr=RATE)

    def loss() -> torch.Tensor:
        start = chance.randrange(len(texts) - NEIGHBOURS)
        places = chance.sample(range(start, start + NEIGHBOURS), IN_A_STEP)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            read = slim.read([texts[place] for place in places])
        read, there = read.float(), wanted[places]
        apart: torch.Tensor = 1 - (read * there).sum(dim=1).mean()
        return apart + ALIKE * functional.mse_loss(read @ read.T, there @ there.T)

    descend(optimizer, (loss() for _ in range(steps)), steps, WARM_UP)


@torch.no_grad()  # type: ignore[untyped-decorator] # torch is not installed here
def read_all(model: Trainer, texts: Sequence[str]) -> torch.Tensor:
    """The embeddings of texts that are sorted by length, a row each."""
    return torch.cat([model.read(texts[start : start + IN_A_STEP]) for start in range(0, len(texts), IN_A_STEP)])


def main() -> None:
    """Prune, teach, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--neurons", type=int, default=NEURONS)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    chosen = parser.parse_args()
    chance = random.Random(SEED)  # noqa: S311 - a repeatable draw, nothing secret
    torch.manual_seed(SEED)
    public = texts_of(read_public(chosen.data))
    texts = texts_of(read_invented()) + chance.sample(public, min(MOST_PUBLIC, len(public)))
    whole, slim = Trainer(chosen.folder), Trainer(chosen.folder)
    for each in (whole, slim):
        each.model.eval()
    prune(slim, chance.sample(texts, FITTED_ON), chosen.neurons)
    learn(slim, whole, texts, chosen.steps, chance)
    slim.save(chosen.out)


if __name__ == "__main__":
    main()
