-- Under which act of the pair a visura was asked for, and from which workstation; NULL:
-- from none that was proven.

-- +goose Up
ALTER TABLE dettaglio ADD COLUMN atto integer, ADD COLUMN postazione uuid;
