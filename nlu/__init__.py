"""How people put things: examples, and what reads them."""
