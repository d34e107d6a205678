"""Measurements of what the platform promises about speed: `python -m tests.bench`."""
