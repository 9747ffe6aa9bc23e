"""Parses typed text into a `Command`: a table of flags, a tokenizer, and rules for replies in threads."""
