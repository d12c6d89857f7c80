-- When a bearer token was last used, to a minute.

-- +goose Up
ALTER TABLE api_token ADD COLUMN last_used_at timestamptz;
