"""Bounds of what slow variables do, the same for those of astrocytes and for those of neurons.

One is a control of the other, so that they must not come to differ.
"""

LEAST_LEVEL = 0.01
"""Lowest level that counts, c_min [f/f_ref]: two hertz at the highest reference rate."""
LOG_RANGE = 2.0794415416798357
"""ln 8: efficacies are between 1/8 and 8."""
MOST_CURRENT = 2.0 * LOG_RANGE
"""Largest slow current, either way [threshold]."""
