-- How far each read model has followed the log, and the guard that lets only
-- who knows where it stands move it on.

-- +goose Up
CREATE TABLE checkpoint (
    projection       text        PRIMARY KEY,
    commit_position  bigint      NOT NULL,
    prepare_position bigint      NOT NULL,
    detached         text,                -- why it does not follow the log; NULL: it does
    updated_at       timestamptz NOT NULL DEFAULT now()
);

-- +goose StatementBegin
CREATE FUNCTION checkpoint_advance(
    names text[], from_commit bigint[], from_prepare bigint[], to_commit bigint, to_prepare bigint
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    moved bigint;
BEGIN
    UPDATE checkpoint AS c
       SET commit_position = to_commit, prepare_position = to_prepare, updated_at = now()
      FROM unnest(names, from_commit, from_prepare) AS f (projection, commit_position, prepare_position)
     WHERE c.projection = f.projection
       AND (c.commit_position, c.prepare_position) = (f.commit_position, f.prepare_position)
       AND c.detached IS NULL;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> cardinality(names) THEN
        RAISE EXCEPTION 'a checkpoint was moved by another writer' USING ERRCODE = 'VS001';
    END IF;
END
$$;
-- +goose StatementEnd
