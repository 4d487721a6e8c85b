-- A device's store, version 1. Secret: `about` holds the device's identity, `key` the data keys.
CREATE TABLE about (
  word TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Envelopes and keyring records in the order in which they came; the document is made of them.
CREATE TABLE item (
  number INTEGER PRIMARY KEY,
  name BLOB NOT NULL UNIQUE,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE key (
  epoch INTEGER NOT NULL,
  commitment BLOB NOT NULL,
  secret BLOB NOT NULL,
  PRIMARY KEY (epoch, commitment)
) STRICT, WITHOUT ROWID;

-- How far each relay's log was read; this also pins the relay's key.
CREATE TABLE log (
  relay BLOB PRIMARY KEY,
  position INTEGER NOT NULL,
  chain BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Relays' words about what was written here.
CREATE TABLE receipt (
  relay BLOB NOT NULL,
  item BLOB NOT NULL,
  position INTEGER NOT NULL,
  chain BLOB NOT NULL,
  PRIMARY KEY (relay, item)
) STRICT, WITHOUT ROWID;
