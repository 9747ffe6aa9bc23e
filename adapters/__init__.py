"""The chat platforms, the playground and the command line; `app` puts everything together."""
