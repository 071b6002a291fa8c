-- sqlite: databases, users and tables of Tolva, least privilege.
-- Written by `tolva schema sql --dialect sqlite`; running it is optional where `tolva` may create tables itself.

-- SQLite has no users: the file's permissions decide who may read and write.

-- Control tables, beside the data of every target.
CREATE TABLE IF NOT EXISTS "tolva_applied" (
  "dataset" TEXT NOT NULL,
  "part" TEXT NOT NULL,
  "sequence" INTEGER,
  "sha256" TEXT,
  "digest" TEXT,
  "token" INTEGER,
  "load_id" INTEGER,
  "version" INTEGER,
  "counts" TEXT,
  PRIMARY KEY ("dataset", "part")
);
CREATE INDEX IF NOT EXISTS "tolva_applied_load_id_index" ON "tolva_applied" ("load_id");
CREATE TABLE IF NOT EXISTS "tolva_version" (
  "dataset" TEXT NOT NULL,
  "version" INTEGER,
  "token" INTEGER,
  PRIMARY KEY ("dataset")
);
CREATE TABLE IF NOT EXISTS "tolva_change" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "dataset" TEXT,
  "version" INTEGER,
  "load_id" INTEGER,
  "author" TEXT,
  "table_name" TEXT,
  "op" TEXT,
  "row_key" TEXT,
  "old_row" TEXT,
  "new_row" TEXT
);
CREATE INDEX IF NOT EXISTS "tolva_change_load_id_index" ON "tolva_change" ("load_id");
CREATE INDEX IF NOT EXISTS "tolva_change_dataset_index" ON "tolva_change" ("dataset");
CREATE TABLE IF NOT EXISTS "tolva_tombstone" (
  "dataset" TEXT NOT NULL,
  "table_name" TEXT NOT NULL,
  "row_key" BLOB NOT NULL,
  "hash" BLOB,
  PRIMARY KEY ("dataset", "table_name", "row_key")
);
CREATE TABLE IF NOT EXISTS "tolva_member" (
  "dataset" TEXT NOT NULL,
  "table_name" TEXT NOT NULL,
  "part" TEXT NOT NULL,
  "row_key" BLOB NOT NULL,
  PRIMARY KEY ("dataset", "table_name", "part", "row_key")
);
CREATE TABLE IF NOT EXISTS "tolva_sequence" (
  "table_name" TEXT NOT NULL,
  "last_id" INTEGER,
  PRIMARY KEY ("table_name")
);
CREATE TABLE IF NOT EXISTS "tolva_rows" (
  "table_name" TEXT NOT NULL,
  "row_count" INTEGER,
  PRIMARY KEY ("table_name")
);

-- Dataset employees.
CREATE TABLE IF NOT EXISTS "company" (
  "id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "_hash" BLOB NOT NULL,
  "_origin" INTEGER NOT NULL,
  "_load" INTEGER NOT NULL,
  PRIMARY KEY ("id"),
  UNIQUE ("name")
);
CREATE TABLE IF NOT EXISTS "department" (
  "id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "_hash" BLOB NOT NULL,
  "_origin" INTEGER NOT NULL,
  "_load" INTEGER NOT NULL,
  PRIMARY KEY ("id"),
  UNIQUE ("name")
);
CREATE TABLE IF NOT EXISTS "employee" (
  "id" INTEGER NOT NULL,
  "first_name" TEXT,
  "last_name" TEXT,
  "address" TEXT,
  "city" TEXT,
  "state" TEXT,
  "zip" TEXT,
  "phone1" TEXT,
  "phone2" TEXT,
  "email" TEXT NOT NULL,
  "company_id" INTEGER,
  "_hash" BLOB NOT NULL,
  "_origin" INTEGER NOT NULL,
  "_load" INTEGER NOT NULL,
  PRIMARY KEY ("id"),
  UNIQUE ("email"),
  FOREIGN KEY ("company_id") REFERENCES "company" ("id")
);
CREATE INDEX IF NOT EXISTS "employee_company_id_index" ON "employee" ("company_id");
CREATE TABLE IF NOT EXISTS "employee_department" (
  "department_id" INTEGER NOT NULL,
  "employee_id" INTEGER NOT NULL,
  "_hash" BLOB NOT NULL,
  "_origin" INTEGER NOT NULL,
  "_load" INTEGER NOT NULL,
  PRIMARY KEY ("employee_id", "department_id"),
  FOREIGN KEY ("department_id") REFERENCES "department" ("id"),
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id")
);
CREATE INDEX IF NOT EXISTS "employee_department_department_id_index" ON "employee_department" ("department_id");

-- Dataset relationships.
CREATE TABLE IF NOT EXISTS "person" (
  "label" TEXT,
  "number" INTEGER NOT NULL,
  "name" TEXT,
  "_hash" BLOB NOT NULL,
  "_origin" INTEGER NOT NULL,
  "_load" INTEGER NOT NULL,
  PRIMARY KEY ("number")
);
CREATE TABLE IF NOT EXISTS "relationship" (
  "from_number" INTEGER NOT NULL,
  "to_number" INTEGER NOT NULL,
  "related" BOOLEAN,
  "_hash" BLOB NOT NULL,
  "_origin" INTEGER NOT NULL,
  "_load" INTEGER NOT NULL,
  PRIMARY KEY ("from_number", "to_number"),
  FOREIGN KEY ("from_number") REFERENCES "person" ("number"),
  FOREIGN KEY ("to_number") REFERENCES "person" ("number")
);
CREATE INDEX IF NOT EXISTS "relationship_to_number_index" ON "relationship" ("to_number");
