"""Evolve spiking networks with glia, under an energy budget."""

__version__ = "0.1.0"
