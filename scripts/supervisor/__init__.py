"""Starts, watches and stops everything the product needs on one machine, without an installation.

Only the standard library is imported, because the first thing it does is to make the virtual environment.
One word, one file: `postgres` and `redis_server` know the embedded servers, `programs` the product's own
processes, `stack` watches them, `guardian` ends them when the supervisor itself was killed.
"""
