"""Genome to network."""
