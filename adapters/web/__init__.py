"""The web chat and what every page shares: the app, its guards, its look."""
