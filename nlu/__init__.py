"""How people put things: examples, and what reads them."""

import os

# As in `bot`, for those who use this package alone.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
