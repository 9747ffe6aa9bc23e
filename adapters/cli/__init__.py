"""The command-line interface `easel`."""
