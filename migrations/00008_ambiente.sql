-- Where the data of a document come from; NULL: none is issued, or it was before
-- that was recorded.

-- +goose Up
ALTER TABLE elenco ADD COLUMN ambiente text;
