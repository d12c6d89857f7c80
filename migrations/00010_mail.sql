-- Mail that goes out, and what became of it. Nobody is named here once it has ended,
-- and before that only under seal.

-- +goose Up
CREATE TABLE mail (
    key        text        PRIMARY KEY,
    sealed     bytea,                               -- recipient and message; NULL once it has ended
    hash       bytea       NOT NULL,                -- SHA-256 of the message
    created_at timestamptz NOT NULL,
    tries      integer     NOT NULL DEFAULT 0,
    next_try   timestamptz,                         -- NULL once it has ended
    code       integer,                             -- the server's last answer, if it was a refusal
    outcome    text        CHECK (outcome IN ('sent', 'failed', 'expired')), -- NULL: it waits
    ended_at   timestamptz,
    CHECK (num_nulls(sealed, next_try) = CASE WHEN outcome IS NULL THEN 0 ELSE 2 END),
    CHECK ((outcome IS NULL) = (ended_at IS NULL))
);

CREATE INDEX ON mail (next_try) WHERE next_try IS NOT NULL;
