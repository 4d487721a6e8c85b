-- The relay's store, version 1. Everything in it is sealed, signed or a hash.
CREATE TABLE workspace (
  number INTEGER PRIMARY KEY,
  name BLOB NOT NULL UNIQUE,
  genesis BLOB NOT NULL,
  -- The last position: appends are taken only where it says.
  head INTEGER NOT NULL DEFAULT 0,
  -- Up to here items were deleted, and the chain there.
  base INTEGER NOT NULL DEFAULT 0,
  base_chain BLOB NOT NULL,
  -- The room as it was at some position; later items are replayed on top of it.
  summary BLOB
) STRICT;

-- Clustered by position: appending is at the end of a workspace's part, catching up is one run.
CREATE TABLE item (
  workspace INTEGER NOT NULL REFERENCES workspace (number),
  position INTEGER NOT NULL,
  name BLOB NOT NULL,
  chain BLOB NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (workspace, position)
) STRICT, WITHOUT ROWID;

-- Retries are answered with the first place.
CREATE UNIQUE INDEX item_name ON item (workspace, name);

CREATE TABLE snapshot (
  workspace INTEGER NOT NULL REFERENCES workspace (number),
  name BLOB NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (workspace, name)
) STRICT;
