"""The command `easel`: what people type in a shell."""
