"""Jira, Cloud and Data Center, as a tracker."""
