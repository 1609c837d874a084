"""A thousand escalations to a Jira that fails in every way it can: `python -m bench.jira_faults [problems]`."""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.integration.dependability.jira_faults import run_with_faults


async def run(problems: int) -> int:
    """Print how often each fault happened and what went wrong. Gives the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = await run_with_faults(Path(folder), problems=problems, chance=0.15, kill_every=6.0, workers=3)
    print(
        f"{outcome.problems} problems, {outcome.calls} calls, {outcome.seconds:.0f} s, {outcome.kills} workers killed"
    )
    for fault, count in sorted(outcome.faults.items()):
        print(f"  {fault:28} {count:6}")
    print(f"wrong: {len(outcome.wrong)}")
    for each in outcome.wrong[:20]:
        print(f"  {each}")
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)))
