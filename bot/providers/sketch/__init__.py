"""The offline model "sketch: offline, no AI": a small vocabulary, layered paper cuts, and real edits."""
