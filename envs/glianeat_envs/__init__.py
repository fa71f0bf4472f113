"""Gymnasium tasks made for glianeat; importing this package registers them."""
