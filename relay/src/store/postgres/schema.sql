-- The relay's store in PostgreSQL, version 1. Everything in it is sealed, signed or a hash, but for the relay's own key.
CREATE TABLE plumbline (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  version bigint NOT NULL,
  -- What all relays over this database sign with.
  key bytea NOT NULL
);

CREATE TABLE workspace (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name bytea NOT NULL UNIQUE,
  genesis bytea NOT NULL,
  -- The last position: appends are taken only where it says, under this row's lock. Positions come from here and not from a
  -- sequence, whose numbers can become visible out of order: a reader by position would pass over some.
  head bigint NOT NULL DEFAULT 0,
  -- The fingerprint of the log there: a relay that knows another log of the same length does not continue this one.
  chain bytea NOT NULL,
  -- How often snapshots and the summary were changed.
  keeps bigint NOT NULL DEFAULT 0,
  -- Up to here items were deleted, and the chain there.
  base bigint NOT NULL DEFAULT 0,
  base_chain bytea NOT NULL,
  -- The room as it was at some position; later items are replayed on top of it.
  summary bytea
) WITH (fillfactor = 50); -- head changes all the time: room for the next version of the row beside it

CREATE TABLE item (
  workspace bigint NOT NULL REFERENCES workspace (number),
  position bigint NOT NULL,
  name bytea NOT NULL,
  chain bytea NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (workspace, position)
);

-- Retries are answered with the first place.
CREATE UNIQUE INDEX item_name ON item (workspace, name);

CREATE TABLE snapshot (
  workspace bigint NOT NULL REFERENCES workspace (number),
  name bytea NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (workspace, name)
);

-- What is sealed does not get smaller.
ALTER TABLE item ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE snapshot ALTER COLUMN bytes SET STORAGE EXTERNAL;
