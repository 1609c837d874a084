"""Quality and speed of the engine, measured on data outside the project."""
