"""The doors: everything between a person and Rasa, and nothing about jobs or schemes."""

import os

# Before anything that computes in threads is loaded: they would otherwise wait by spinning, and on a busy machine a
# text would take 2 s to read instead of 0.02 s.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
