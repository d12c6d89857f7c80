-- The keys that seal personal data, each wrapped by the key-encryption key.

-- +goose Up
CREATE TABLE data_key (
    name         text        PRIMARY KEY,
    wrapped      bytea       NOT NULL,             -- empty once destroyed
    created_at   timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz
);
