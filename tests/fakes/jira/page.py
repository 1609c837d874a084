"""A ticket as a person would look at it: the fake's own page, laid out from what was sent to it."""

from html import escape
from typing import Any

from adapters.jira.adf import flatten
from tests.fakes.jira.issues import PEOPLE, Issue
from tests.fakes.jira.state import JiraState

_STYLE = """
body{font:14px/1.5 DejaVu Sans,sans-serif;margin:0;background:#f4f5f7;color:#172b4d}
main{display:grid;grid-template-columns:1fr 260px;gap:24px;max-width:1080px;margin:24px auto;padding:28px;
background:#fff;border:1px solid #dfe1e6;border-radius:6px}
h1{font-size:22px;margin:2px 0 16px}h3{font-size:15px;margin:20px 0 6px}
blockquote{margin:4px 0;padding:2px 12px;border-left:3px solid #dfe1e6;color:#42526e}table{border-collapse:collapse}
th{background:#f4f5f7;text-align:left;font-weight:600}td,th{border:1px solid #dfe1e6;padding:4px 10px}
aside dt{color:#6b778c;font-size:12px;margin-top:10px}aside dd{margin:0}.key{color:#6b778c}.status{display:inline-block;
background:#deebff;padding:1px 8px;border-radius:3px;font-weight:600;font-size:12px}.label{background:#f4f5f7;
border-radius:3px;padding:1px 6px;margin:0 4px 4px 0;display:inline-block;font-size:12px;overflow-wrap:anywhere}
.comment{border-top:1px solid #dfe1e6;padding:8px 0}.by{font-weight:600}p{margin:4px 0}
"""


def ticket_page(state: JiraState, key: str) -> str:
    """The page of the issue."""
    issue = state.find(key)
    comments = "".join(
        f'<div class="comment"><span class="by">{escape(PEOPLE[each.author])}</span>{laid_out(each.body)}</div>'
        for each in issue.comments
    )
    return (
        f'<!doctype html><meta charset="utf-8"><title>{key}</title><style>{_STYLE}</style><main><section>'
        f'<div class="key">{escape(issue.project)} / {escape(issue.key)}</div>'
        f"<h1>{escape(issue.fields['summary'])}</h1>{laid_out(issue.fields.get('description'))}"
        f"<h3>Activity</h3>{comments or '<p>No comments yet.</p>'}</section>{_aside(issue)}</main>"
    )


def laid_out(body: Any) -> str:
    """A document as HTML; wiki text as it was written."""
    if isinstance(body, dict):
        return "".join(_node(each) for each in body.get("content", []))
    return f"<pre>{escape(str(body or ''))}</pre>"


def _aside(issue: Issue) -> str:
    labels = "".join(f'<span class="label">{escape(each)}</span>' for each in issue.fields.get("labels", []))
    links = "".join(f"<dd>{escape(kind)} ({direction}) {escape(key)}</dd>" for kind, direction, key in issue.links)
    components = ", ".join(each["name"] for each in issue.fields.get("components") or []) or "None"
    return (
        f'<aside><span class="status">{issue.status.name}</span><dl><dt>Resolution</dt>'
        f"<dd>{escape(issue.resolution or 'Unresolved')}</dd><dt>Priority</dt><dd>{issue.priority}</dd>"
        f"<dt>Components</dt><dd>{escape(components)}</dd><dt>Labels</dt><dd>{labels}</dd>"
        f"<dt>Linked issues</dt>{links or '<dd>None</dd>'}</dl></aside>"
    )


_TAGS = {"heading": "h3", "table": "table", "tableRow": "tr", "tableHeader": "th", "tableCell": "td"}


def _node(node: Any) -> str:
    if node["type"] == "text":
        return _text(node)
    tag = _TAGS.get(node["type"], "blockquote" if node["type"] == "blockquote" else "p")
    return f"<{tag}>{''.join(_node(each) for each in node.get('content', []))}</{tag}>"


def _text(node: Any) -> str:
    words = escape(flatten(node))
    for mark in node.get("marks", []):
        if mark["type"] == "link":
            words = f'<a href="{escape(mark["attrs"]["href"])}">{words}</a>'
        if mark["type"] == "textColor":
            words = f'<small style="color:{mark["attrs"]["color"]}">{words}</small>'
    return words
