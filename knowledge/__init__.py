"""What the assistant knows: content files kept by experts, and the code that reads and dates them."""
