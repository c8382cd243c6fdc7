"""Our Rasa components, named in config.yml."""
