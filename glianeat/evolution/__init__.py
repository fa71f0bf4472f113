"""Objectives to the next genomes."""
