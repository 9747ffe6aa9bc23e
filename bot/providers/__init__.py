"""Providers: implementations of `bot.ports.Provider`, one package per kind of service."""
