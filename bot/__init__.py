"""The doors: everything between a person and Rasa, and nothing about jobs or schemes."""
