"""When a problem becomes a ticket, and what its reporters hear."""
