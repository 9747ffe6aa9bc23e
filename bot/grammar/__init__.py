"""From typed text to a `Command`: one table of flags, a tokenizer, and the sentences people use in threads."""
