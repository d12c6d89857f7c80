-- The named sets of grants of the Comuni.

-- +goose Up
CREATE TABLE profili (
    profile   uuid    PRIMARY KEY,
    comune    text    NOT NULL,
    nome      text    NOT NULL,
    nazionale boolean NOT NULL,                    -- it grants something beyond the Comune
    ritirato  boolean NOT NULL,
    stato     jsonb   NOT NULL
);

CREATE INDEX ON profili (comune, nome, profile);
