"""glianeat and peers on the same tasks and budgets: see `control_board.py`."""
