"""The rate limiter against a sequential model, and through outages of Redis."""
