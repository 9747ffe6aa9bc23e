"""The core of Easel: it understands commands, draws durably and keeps the lineage, and knows no chat platform."""
