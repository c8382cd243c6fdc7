"""What Rasa asks for in the middle of a turn, one module per topic. Thin: read slots, ask `knowledge`, name a reply."""
