"""Handles events of all platforms: each is accepted as a job or answered privately."""
