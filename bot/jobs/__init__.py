"""The durable work: the engine that survives crashes, the gate that is fair, and the life of a job."""
