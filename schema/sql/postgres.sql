-- postgres: databases, users and tables of Tolva, least privilege.
-- Written by `tolva schema sql --dialect postgres`; running it is optional where `tolva` may create tables itself.

CREATE ROLE tolva_work LOGIN;
CREATE ROLE tolva_watch LOGIN;
CREATE ROLE tolva_api LOGIN;
CREATE DATABASE tolva OWNER tolva_work;
REVOKE ALL ON DATABASE tolva FROM PUBLIC;
GRANT CONNECT ON DATABASE tolva TO tolva_watch, tolva_api;
-- Nobody can log in until each role is given a password of its own, for example in psql:
--   \password tolva_work
\connect tolva
ALTER SCHEMA public OWNER TO tolva_work;
GRANT USAGE ON SCHEMA public TO tolva_watch, tolva_api;
SET ROLE tolva_work;

-- Control tables, beside the data of every target.
CREATE TABLE IF NOT EXISTS "tolva_applied" (
  "dataset" character varying(64) NOT NULL,
  "part" character varying(255) NOT NULL,
  "sequence" bigint NOT NULL,
  "sha256" character varying(64) NOT NULL,
  "digest" character varying(64) NOT NULL,
  "token" bigint NOT NULL,
  "load_id" bigint NOT NULL,
  "version" bigint NOT NULL,
  "counts" text NOT NULL,
  PRIMARY KEY ("dataset", "part")
);
CREATE INDEX IF NOT EXISTS "tolva_applied_load_id_index" ON "tolva_applied" ("load_id");
CREATE TABLE IF NOT EXISTS "tolva_version" (
  "dataset" character varying(64) NOT NULL,
  "version" bigint NOT NULL,
  "token" bigint NOT NULL,
  PRIMARY KEY ("dataset")
);
CREATE TABLE IF NOT EXISTS "tolva_change" (
  "id" bigint GENERATED ALWAYS AS IDENTITY,
  "dataset" character varying(64) NOT NULL,
  "version" bigint NOT NULL,
  "load_id" bigint,
  "author" text,
  "table_name" character varying(64),
  "op" character varying(64) NOT NULL,
  "row_key" text,
  "old_row" text,
  "new_row" text,
  PRIMARY KEY ("id")
);
CREATE INDEX IF NOT EXISTS "tolva_change_load_id_index" ON "tolva_change" ("load_id");
CREATE INDEX IF NOT EXISTS "tolva_change_dataset_index" ON "tolva_change" ("dataset");
CREATE TABLE IF NOT EXISTS "tolva_tombstone" (
  "dataset" character varying(64) NOT NULL,
  "table_name" character varying(64) NOT NULL,
  "row_key" bytea NOT NULL,
  "hash" bytea NOT NULL,
  PRIMARY KEY ("dataset", "table_name", "row_key")
);
CREATE TABLE IF NOT EXISTS "tolva_member" (
  "dataset" character varying(64) NOT NULL,
  "table_name" character varying(64) NOT NULL,
  "part" character varying(255) NOT NULL,
  "row_key" bytea NOT NULL,
  PRIMARY KEY ("dataset", "table_name", "part", "row_key")
);
CREATE TABLE IF NOT EXISTS "tolva_sequence" (
  "table_name" character varying(64) NOT NULL,
  "last_id" bigint NOT NULL,
  PRIMARY KEY ("table_name")
);
CREATE TABLE IF NOT EXISTS "tolva_rows" (
  "table_name" character varying(64) NOT NULL,
  "row_count" bigint NOT NULL,
  PRIMARY KEY ("table_name")
);

-- Dataset employees.
CREATE TABLE IF NOT EXISTS "company" (
  "id" bigint NOT NULL,
  "name" character varying(200) NOT NULL,
  "_hash" bytea NOT NULL,
  "_origin" smallint NOT NULL,
  "_load" bigint NOT NULL,
  PRIMARY KEY ("id"),
  UNIQUE ("name")
);
CREATE TABLE IF NOT EXISTS "department" (
  "id" bigint NOT NULL,
  "name" character varying(100) NOT NULL,
  "_hash" bytea NOT NULL,
  "_origin" smallint NOT NULL,
  "_load" bigint NOT NULL,
  PRIMARY KEY ("id"),
  UNIQUE ("name")
);
CREATE TABLE IF NOT EXISTS "employee" (
  "id" bigint NOT NULL,
  "first_name" character varying(100),
  "last_name" character varying(100),
  "address" character varying(200),
  "city" character varying(100),
  "state" character varying(2) NOT NULL,
  "zip" character varying(10),
  "phone1" character varying(40),
  "phone2" character varying(40),
  "email" character varying(254) NOT NULL,
  "company_id" bigint,
  "_hash" bytea NOT NULL,
  "_origin" smallint NOT NULL,
  "_load" bigint NOT NULL,
  PRIMARY KEY ("id"),
  UNIQUE ("email"),
  FOREIGN KEY ("company_id") REFERENCES "company" ("id")
);
CREATE INDEX IF NOT EXISTS "employee_company_id_index" ON "employee" ("company_id");
CREATE TABLE IF NOT EXISTS "employee_department" (
  "department_id" bigint NOT NULL,
  "employee_id" bigint NOT NULL,
  "_hash" bytea NOT NULL,
  "_origin" smallint NOT NULL,
  "_load" bigint NOT NULL,
  PRIMARY KEY ("employee_id", "department_id"),
  FOREIGN KEY ("department_id") REFERENCES "department" ("id"),
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id")
);
CREATE INDEX IF NOT EXISTS "employee_department_department_id_index" ON "employee_department" ("department_id");
GRANT SELECT, INSERT, UPDATE, DELETE ON "company", "department", "employee", "employee_department" TO tolva_api;

-- Dataset relationships.
CREATE TABLE IF NOT EXISTS "person" (
  "label" character varying(40) NOT NULL,
  "number" bigint NOT NULL,
  "name" character varying(200),
  "_hash" bytea NOT NULL,
  "_origin" smallint NOT NULL,
  "_load" bigint NOT NULL,
  PRIMARY KEY ("number")
);
CREATE TABLE IF NOT EXISTS "relationship" (
  "from_number" bigint NOT NULL,
  "to_number" bigint NOT NULL,
  "related" boolean NOT NULL,
  "_hash" bytea NOT NULL,
  "_origin" smallint NOT NULL,
  "_load" bigint NOT NULL,
  PRIMARY KEY ("from_number", "to_number"),
  FOREIGN KEY ("from_number") REFERENCES "person" ("number"),
  FOREIGN KEY ("to_number") REFERENCES "person" ("number")
);
CREATE INDEX IF NOT EXISTS "relationship_to_number_index" ON "relationship" ("to_number");
GRANT SELECT ON "person", "relationship" TO tolva_api;
REVOKE INSERT, UPDATE, DELETE ON "person", "relationship" FROM tolva_api;

-- Once `tolva schema apply` has made the ledger's tables.
GRANT SELECT, INSERT ON tolva_arrival, tolva_blob, tolva_chunk, tolva_outbox, tolva_inbox TO tolva_watch, tolva_api;
GRANT UPDATE ON tolva_blob, tolva_outbox, tolva_inbox TO tolva_watch, tolva_api;
GRANT DELETE ON tolva_blob, tolva_chunk, tolva_inbox TO tolva_watch, tolva_api;
GRANT SELECT ON tolva_contract, tolva_target, tolva_arrival_target, tolva_load, tolva_finding, seaql_migrations TO tolva_watch, tolva_api;
GRANT SELECT ON tolva_heartbeat TO tolva_watch, tolva_api;
GRANT INSERT, UPDATE ON tolva_heartbeat TO tolva_watch;
GRANT SELECT ON tolva_applied, tolva_version, tolva_change, tolva_tombstone, tolva_sequence, tolva_rows, tolva_key TO tolva_api;
GRANT INSERT ON tolva_change, tolva_version, tolva_tombstone, tolva_sequence TO tolva_api;
GRANT UPDATE (version) ON tolva_version TO tolva_api;
GRANT UPDATE (hash) ON tolva_tombstone TO tolva_api;
GRANT UPDATE (last_id) ON tolva_sequence TO tolva_api;
GRANT UPDATE (row_count) ON tolva_rows TO tolva_api;
GRANT DELETE ON tolva_tombstone TO tolva_api;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tolva_watch, tolva_api;
