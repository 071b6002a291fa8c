-- mysql: databases, users and tables of Tolva, least privilege.
-- Written by `tolva schema sql --dialect mysql`; running it is optional where `tolva` may create tables itself.

CREATE DATABASE tolva CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
CREATE USER 'tolva_work'@'%' ACCOUNT LOCK;
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES,
  CREATE TEMPORARY TABLES ON tolva.* TO 'tolva_work'@'%';
-- Nobody can log in until the user is given a password:
--   ALTER USER 'tolva_work'@'%' IDENTIFIED BY '…' ACCOUNT UNLOCK;
USE tolva;

-- Control tables, beside the data of every target.
CREATE TABLE IF NOT EXISTS `tolva_applied` (
  `dataset` varchar(64) COLLATE utf8mb4_0900_bin NOT NULL,
  `part` varchar(255) COLLATE utf8mb4_0900_bin NOT NULL,
  `sequence` bigint NOT NULL,
  `sha256` varchar(64) COLLATE utf8mb4_0900_bin NOT NULL,
  `digest` varchar(64) COLLATE utf8mb4_0900_bin NOT NULL,
  `token` bigint NOT NULL,
  `load_id` bigint NOT NULL,
  `version` bigint NOT NULL,
  `counts` longtext NOT NULL,
  PRIMARY KEY (`dataset`, `part`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
ALTER TABLE `tolva_applied` ADD INDEX `tolva_applied_load_id_index` (`load_id`);
CREATE TABLE IF NOT EXISTS `tolva_version` (
  `dataset` varchar(64) COLLATE utf8mb4_0900_bin NOT NULL,
  `version` bigint NOT NULL,
  `token` bigint NOT NULL,
  PRIMARY KEY (`dataset`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
CREATE TABLE IF NOT EXISTS `tolva_change` (
  `id` bigint AUTO_INCREMENT,
  `dataset` varchar(64) COLLATE utf8mb4_0900_bin NOT NULL,
  `version` bigint NOT NULL,
  `load_id` bigint,
  `author` longtext,
  `table_name` varchar(64) COLLATE utf8mb4_0900_bin,
  `op` varchar(64) COLLATE utf8mb4_0900_bin NOT NULL,
  `row_key` longtext,
  `old_row` longtext,
  `new_row` longtext,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
ALTER TABLE `tolva_change` ADD INDEX `tolva_change_load_id_index` (`load_id`);
ALTER TABLE `tolva_change` ADD INDEX `tolva_change_dataset_index` (`dataset`);
CREATE TABLE IF NOT EXISTS `tolva_tombstone` (
  `dataset` varchar(64) COLLATE utf8mb4_0900_bin NOT NULL,
  `table_name` varchar(64) COLLATE utf8mb4_0900_bin NOT NULL,
  `row_key` binary(16) NOT NULL,
  `hash` binary(16) NOT NULL,
  PRIMARY KEY (`dataset`, `table_name`, `row_key`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
CREATE TABLE IF NOT EXISTS `tolva_member` (
  `dataset` varchar(64) COLLATE utf8mb4_0900_bin NOT NULL,
  `table_name` varchar(64) COLLATE utf8mb4_0900_bin NOT NULL,
  `part` varchar(255) COLLATE utf8mb4_0900_bin NOT NULL,
  `row_key` binary(16) NOT NULL,
  PRIMARY KEY (`dataset`, `table_name`, `part`, `row_key`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
CREATE TABLE IF NOT EXISTS `tolva_sequence` (
  `table_name` varchar(64) COLLATE utf8mb4_0900_bin NOT NULL,
  `last_id` bigint NOT NULL,
  PRIMARY KEY (`table_name`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
CREATE TABLE IF NOT EXISTS `tolva_rows` (
  `table_name` varchar(64) COLLATE utf8mb4_0900_bin NOT NULL,
  `row_count` bigint NOT NULL,
  PRIMARY KEY (`table_name`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- Dataset employees.
CREATE TABLE IF NOT EXISTS `company` (
  `id` bigint NOT NULL,
  `name` varchar(200) COLLATE utf8mb4_0900_bin NOT NULL,
  `_hash` binary(16) NOT NULL,
  `_origin` smallint NOT NULL,
  `_load` bigint NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE (`name`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
CREATE TABLE IF NOT EXISTS `department` (
  `id` bigint NOT NULL,
  `name` varchar(100) COLLATE utf8mb4_0900_bin NOT NULL,
  `_hash` binary(16) NOT NULL,
  `_origin` smallint NOT NULL,
  `_load` bigint NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE (`name`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
CREATE TABLE IF NOT EXISTS `employee` (
  `id` bigint NOT NULL,
  `first_name` varchar(100) COLLATE utf8mb4_0900_bin,
  `last_name` varchar(100) COLLATE utf8mb4_0900_bin,
  `address` varchar(200) COLLATE utf8mb4_0900_bin,
  `city` varchar(100) COLLATE utf8mb4_0900_bin,
  `state` varchar(2) COLLATE utf8mb4_0900_bin NOT NULL,
  `zip` varchar(10) COLLATE utf8mb4_0900_bin,
  `phone1` varchar(40) COLLATE utf8mb4_0900_bin,
  `phone2` varchar(40) COLLATE utf8mb4_0900_bin,
  `email` varchar(254) COLLATE utf8mb4_0900_bin NOT NULL,
  `company_id` bigint,
  `_hash` binary(16) NOT NULL,
  `_origin` smallint NOT NULL,
  `_load` bigint NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE (`email`),
  FOREIGN KEY (`company_id`) REFERENCES `company` (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
ALTER TABLE `employee` ADD INDEX `employee_company_id_index` (`company_id`);
CREATE TABLE IF NOT EXISTS `employee_department` (
  `department_id` bigint NOT NULL,
  `employee_id` bigint NOT NULL,
  `_hash` binary(16) NOT NULL,
  `_origin` smallint NOT NULL,
  `_load` bigint NOT NULL,
  PRIMARY KEY (`employee_id`, `department_id`),
  FOREIGN KEY (`department_id`) REFERENCES `department` (`id`),
  FOREIGN KEY (`employee_id`) REFERENCES `employee` (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
ALTER TABLE `employee_department` ADD INDEX `employee_department_department_id_index` (`department_id`);

-- Dataset relationships.
CREATE TABLE IF NOT EXISTS `person` (
  `label` varchar(40) COLLATE utf8mb4_0900_bin NOT NULL,
  `number` bigint NOT NULL,
  `name` varchar(200) COLLATE utf8mb4_0900_bin,
  `_hash` binary(16) NOT NULL,
  `_origin` smallint NOT NULL,
  `_load` bigint NOT NULL,
  PRIMARY KEY (`number`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
CREATE TABLE IF NOT EXISTS `relationship` (
  `from_number` bigint NOT NULL,
  `to_number` bigint NOT NULL,
  `related` tinyint(1) NOT NULL,
  `_hash` binary(16) NOT NULL,
  `_origin` smallint NOT NULL,
  `_load` bigint NOT NULL,
  PRIMARY KEY (`from_number`, `to_number`),
  FOREIGN KEY (`from_number`) REFERENCES `person` (`number`),
  FOREIGN KEY (`to_number`) REFERENCES `person` (`number`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
ALTER TABLE `relationship` ADD INDEX `relationship_to_number_index` (`to_number`);
