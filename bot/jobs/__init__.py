"""Durable jobs: the workflow engine, the fair scheduler, and the workflows that draw, deliver and clean up."""
