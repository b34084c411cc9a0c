"""The harness's own tables, without a unique constraint on what is to be counted: a second effect must show."""

CREATE = """
CREATE TABLE chaos_effect (key text NOT NULL, task_id uuid, at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE INDEX ON chaos_effect (key);
CREATE TABLE chaos_start (task_id uuid NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE INDEX ON chaos_start (task_id);
CREATE TABLE chaos_business (batch text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
"""
"""`chaos_effect`: written by tasks under their fence. `chaos_start`: each start of the kinds that count theirs,
committed at once. `chaos_business`: what a producer's transaction is about."""
