"""The state database and the storage of image files. Independent of platforms, models and the job engine."""
