-- Since when a request awaits an officer, the last time it did; NULL: it never has, or was
-- there before this was kept.

-- +goose Up
ALTER TABLE elenco ADD COLUMN awaited_at timestamptz;
