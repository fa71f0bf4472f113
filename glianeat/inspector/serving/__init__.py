"""The same page from a server on this machine: it follows runs that go on, and never hurts them."""
