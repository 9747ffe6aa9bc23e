"""Sends to Discord: messages, files, threads and private replies."""
