"""Drawings that models write: made safe by an allow-list, then rasterised in a child process with hard limits."""
