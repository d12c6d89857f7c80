-- What is due when: when to look at a stream again.
-- Rows are updated a few times soon after they come, and half-filled pages let
-- that happen without touching the indexes.

-- +goose Up
CREATE TABLE scadenze (
    stream    text        PRIMARY KEY,
    revision  bigint      NOT NULL,
    due_at    timestamptz,                         -- NULL: there is nothing to wait for
    attempts  integer     NOT NULL DEFAULT 0,      -- how often it was claimed since the last event
    next_try  timestamptz
) WITH (fillfactor = 50);

CREATE INDEX ON scadenze (next_try) WHERE next_try IS NOT NULL;
