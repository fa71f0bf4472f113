"""Energy pools, the gates between them and cells, and the account of what is spent."""
