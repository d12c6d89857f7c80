-- Pages name people by their codes.

-- +goose Up
CREATE INDEX ON utenti (codice);
