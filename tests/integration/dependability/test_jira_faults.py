from pathlib import Path

from tests.integration.dependability.jira_faults import run_with_faults


async def test_under_faults_and_kills_each_problem_has_one_ticket_and_each_comment_is_there_once(
    tmp_path: Path,
) -> None:
    outcome = await run_with_faults(tmp_path, problems=12, chance=0.1, kill_every=2.0, workers=2)
    assert outcome.wrong == []
    assert outcome.kills > 0
    assert sum(outcome.faults.values()) > 5
