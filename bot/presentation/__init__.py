"""Cards, forms and notes with all texts that people see, independent of the platform."""
