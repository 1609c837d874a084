"""Slack: where agents report, answer and hear back."""
