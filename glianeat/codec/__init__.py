"""Observations to spikes, and spikes to actions."""
