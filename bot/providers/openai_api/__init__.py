"""Services that speak OpenAI's API: reaching them, what their errors mean, and what they serve."""
