"""Starts Easel: the composition root, and readiness output."""
