"""Texts of errors and notes that can reach a chat, by subject. Cards, forms and buttons are in `bot.presentation`."""
