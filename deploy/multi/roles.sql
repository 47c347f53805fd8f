-- Run once beside deploy/postgres/owner.sql when a cluster is made: who copies it, and who asks which of the two takes writes. The second has
-- no password and no rights; pg_hba.conf lets it in from the network of the two databases and their balancer alone, to a database without tables.
\set password `cat /run/secrets/POSTGRES_REPLICATION_PASSWORD`
CREATE ROLE gd_replication LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE REPLICATION NOBYPASSRLS PASSWORD :'password';
CREATE ROLE gd_check LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 8;
