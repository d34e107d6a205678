"""Faults and attacks, simulated."""
