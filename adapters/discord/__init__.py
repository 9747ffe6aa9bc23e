"""Easel in Discord: commands, threads, menus and forms over the Gateway, on discord.py."""
