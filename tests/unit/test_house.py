import ast
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from bot.commands import HELP

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NOT_SHIPPED = {"tests", "bench"}
RETIRED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


def packages() -> list[str]:
    return sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))


def sources() -> Iterator[Path]:
    for package in packages():
        yield from sorted((ROOT / package).rglob("*.py"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_the_import_rule_knows_every_package_on_disk() -> None:
    shipped = sorted(set(packages()) - NOT_SHIPPED)
    assert sorted(PROJECT["tool"]["importlinter"]["root_packages"]) == shipped
    assert sorted(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == shipped


def test_the_import_rule_knows_every_adapter_on_disk() -> None:
    adapters = sorted(f"adapters.{path.parent.name}" for path in (ROOT / "adapters").glob("*/__init__.py"))
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    independent = next(each["modules"] for each in contracts if each["type"] == "independence")
    assert sorted(independent) == adapters


def test_types_are_checked_in_every_package() -> None:
    assert sorted(PROJECT["tool"]["mypy"]["files"]) == packages()


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in sources()
        for node in functions(path)
        if (node.end_lineno or node.lineno) - node.lineno + 1 > 60
    ]
    assert long == []


def test_files_are_named_for_what_they_do() -> None:
    assert [str(path) for path in sources() if path.stem in RETIRED_NAMES] == []


def test_only_the_composition_root_and_the_edges_ask_for_the_time() -> None:
    asking = re.compile(r"\bdatetime\.(?:now|utcnow|today)\(|\bdate\.today\(|\btime\.time\(")
    inside = [path for path in sources() if path.relative_to(ROOT).parts[0] in {"dedupe", "escalation", "bot"}]
    found = {str(path.relative_to(ROOT)) for path in inside if asking.search(path.read_text())}
    assert found <= {"bot/bootstrap.py"}


def test_every_decision_has_a_title_a_status_and_its_place_in_the_list() -> None:
    pages = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
    index = (ROOT / "docs/adr/README.md").read_text()
    assert pages
    for number, page in enumerate(pages, start=1):
        text = page.read_text()
        title = re.match(rf"# {number:04} · (.+)\n", text)
        assert title, page.name
        assert re.search(r"^Status: (accepted|given up for \d{4})$", text, re.MULTILINE), page.name
        assert f"({page.name}) | {title[1]}" in index
        assert len(text.splitlines()) <= 60, f"{page.name} is more than a page"


def test_make_alone_lists_every_target() -> None:
    if shutil.which("make") is None:
        pytest.skip("there is no make on this machine")
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony is not None
    assert re.findall(r"^ *make (\w+) +\S", shown, re.MULTILINE) == phony[1].split()


@pytest.mark.parametrize("script", [".ci/run", ".ci/setup"])
def test_the_scripts_can_be_run_and_stop_at_the_first_failure(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & 0o100
    assert re.search(r"^set -eu", path.read_text(), re.MULTILINE)


def test_the_changelog_has_its_newest_version_first() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    headings = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)
    assert headings[0] == "Unreleased"
    versions = [tuple(int(part) for part in heading.split(".")) for heading in headings[1:]]
    assert all(newer > older for newer, older in pairwise(versions))


def test_the_readme_tells_every_command_as_the_help_does() -> None:
    readme = (ROOT / "README.md").read_text().replace("\\|", "|")
    assert [line.usage for line in HELP if f"`{line.usage}`" not in readme] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/adr/README.md"])
def test_links_between_pages_lead_somewhere(page: str) -> None:
    path = ROOT / page
    targets = re.findall(r"(?<!!)\[[^\]]*\]\((?!https?:)([^)#]+)\)", path.read_text())
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_the_licence_is_the_whole_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
