"""The exercise room: codes a caseworker's line, plays the other side, and gives feedback on the lines."""
