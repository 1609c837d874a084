"""Trains the meaning model that comes with the package.

    python -m bench.train_model --base FOLDER --out FOLDER [--data DATA]

`pip install torch==2.13.0 transformers` first; nothing else here needs them. `--base` is all-MiniLM-L6-v2 as its
authors publish it, at full precision, or a model made here before, to go on from.

A step takes two reports of each failure of one desk, and some that are alone: what a report is to be nearest to is the
other one of its failure, among all that the same desk's neighbours say.
"""

import argparse
import random
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import torch
from torch.nn import functional
from transformers import AutoModel, AutoTokenizer

from bench.desks import DEFAULT_DATA
from bench.training_sets import TrainingSet, read_invented, read_public

PASSES, PUBLIC_STEPS = 10, 80
MOST_FAILURES, MOST_ALONE = 44, 10
SCALE, RATE, WARM_UP, MOST_TOKENS = 20.0, 4e-5, 30, 64
SEED = 1


class Trainer:
    """A model that learns; `learn` goes on from where it stands."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModel.from_pretrained(folder)

    def learn(self, plan: Sequence[TrainingSet], chance: random.Random) -> None:
        """One step for each set of the plan, at a rate that rises and then falls to nothing."""
        optimizer = torch.optim.AdamW(self.model.parameters(), lr=RATE, weight_decay=0.01)
        self.model.train()
        descend(optimizer, (self._loss(*draw(of_desk, chance)) for of_desk in plan), len(plan), WARM_UP)

    def _loss(self, texts: Sequence[str], failures: Sequence[int]) -> torch.Tensor:
        """How far each report is from choosing the other one of its failure; -1 stands for one that is alone."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            read = self.read(texts)
            of = torch.tensor(failures)
            likeness = read @ read.T * SCALE
            likeness.fill_diagonal_(-1e4)
            other = (of[:, None] == of[None, :]) & (of[:, None] >= 0)
            other.fill_diagonal_(fill_value=False)
            paired = other.any(dim=1)
            return functional.cross_entropy(likeness[paired], other[paired].int().argmax(dim=1))

    def read(self, texts: Sequence[str]) -> torch.Tensor:
        """Embeddings of length 1."""
        given = self.tokenizer(list(texts), padding=True, truncation=True, max_length=MOST_TOKENS, return_tensors="pt")
        tokens = self.model(**given).last_hidden_state
        mask = given["attention_mask"][..., None].float()
        return functional.normalize((tokens * mask).sum(dim=1) / mask.sum(dim=1), dim=1)

    def save(self, folder: Path) -> None:
        self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)


def descend(optimizer: torch.optim.Optimizer, losses: Iterable[torch.Tensor], steps: int, warm_up: int) -> None:
    """One step for each loss, at a rate that rises to the optimizer's and then falls to nothing. A loss is to be found
    when it is asked for, since the step before it changes the model.
    """
    rate, began = optimizer.defaults["lr"], time.monotonic()
    for step, loss in enumerate(losses):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (step + 1) / warm_up) * max(0.02, 1 - step / steps)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([one for group in optimizer.param_groups for one in group["params"]], 1)
        optimizer.step()
        if step % 20 == 0:
            print(f"step {step} of {steps}: {loss.item():.3f}, {time.monotonic() - began:.0f} s", flush=True)


def draw(of_desk: TrainingSet, chance: random.Random) -> tuple[list[str], list[int]]:
    """Texts of one step with the number of the failure of each."""
    failures = chance.sample(of_desk.failures, min(MOST_FAILURES, len(of_desk.failures)))
    texts, numbers = [], []
    for number, reports in enumerate(failures):
        texts += chance.sample(reports, 2)
        numbers += [number, number]
    alone = chance.sample(of_desk.alone, min(MOST_ALONE, len(of_desk.alone)))
    return texts + alone, numbers + [-1] * len(alone)


def plan_of(sets: Sequence[TrainingSet], passes: int, chance: random.Random) -> list[TrainingSet]:
    """Each set so often, mixed."""
    return [one for _ in range(passes) for one in chance.sample(sets, len(sets))]


def main() -> None:
    """Train and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--passes", type=int, default=PASSES, help="how often each invented desk is shown")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    chosen = parser.parse_args()
    chance = random.Random(SEED)  # noqa: S311 - a repeatable draw, nothing secret
    torch.manual_seed(SEED)
    public = read_public(chosen.data)
    plan = plan_of(read_invented(), chosen.passes, chance)
    plan += plan_of(public, PUBLIC_STEPS // max(1, len(public)), chance)
    chance.shuffle(plan)
    trainer = Trainer(chosen.base)
    trainer.learn(plan, chance)
    trainer.save(chosen.out)


if __name__ == "__main__":
    main()
