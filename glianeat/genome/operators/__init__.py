"""Compiled variation and comparison of genomes; reached through the modules one level up."""
