-- What awaits an officer of a Comune, by deadline: few rows of all there are.

-- +goose Up
CREATE INDEX elenco_coda ON elenco (comune, (coalesce(due_at, 'infinity')), requested_at, visura_id) WHERE status = 'awaiting_confirmation';
