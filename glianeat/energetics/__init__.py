"""What activity costs."""
