-- Run once by the PostgreSQL image when it makes a new cluster, with psql: the owner of the portal's tables, who is no superuser.
-- It may make roles, because migrate makes the portal's own role with it; extensions that the portal uses are trusted ones.
\set password `cat /run/secrets/GD_OWNER_DATABASE_PASSWORD`
CREATE ROLE greendistrict LOGIN NOSUPERUSER NOCREATEDB CREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
ALTER DATABASE greendistrict OWNER TO greendistrict;
