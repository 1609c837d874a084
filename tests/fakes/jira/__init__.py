"""A Jira in memory with workflows, a search that lags, webhooks and faults, served over loopback HTTP."""
