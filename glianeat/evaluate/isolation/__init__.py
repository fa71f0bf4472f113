"""Processes of their own for environments that may crash, hang or change what is around them."""
