"""Measures the cost of row-level security on score tables and expert scores (docs/adr/0018), in a temporary database.

Statements like those of the portal run with the scope in their WHERE clause as today, and alternately the same with policies in addition;
medians and their ratio are printed. ``.venv/bin/python scripts/row_security.py [districts] [rounds]`` uses the embedded PostgreSQL.
"""

import os
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greendistrict.settings")

import django
import psycopg
from django.conf import settings

NAME, ROLE = "row_security_trial", "row_security_reader"
YEARS, CLAUSES, MEMBERS = 8, 60, 5
SCHEMA = """
CREATE TABLE district (id int PRIMARY KEY, applicant_id int NOT NULL, name text NOT NULL);
CREATE TABLE score_table (
    id int PRIMARY KEY, district_id int NOT NULL REFERENCES district, year int NOT NULL, status text NOT NULL, total numeric);
CREATE TABLE expert_score (
    id bigint PRIMARY KEY, table_id int NOT NULL REFERENCES score_table, member int NOT NULL, item int NOT NULL, points numeric);
INSERT INTO district SELECT n, n %% 97, 'district ' || n FROM generate_series(1, %(districts)s) n;
INSERT INTO score_table
    SELECT n, 1 + n %% %(districts)s, 2020 + n / %(districts)s, CASE n %% 5 WHEN 0 THEN 'draft' ELSE 'submitted' END, n %% 100
    FROM generate_series(1, %(districts)s * %(years)s - 1) n;
INSERT INTO expert_score SELECT row_number() OVER (), t.id, m, i, (t.id + m + i) %% 5
    FROM score_table t, generate_series(1, %(members)s) m, generate_series(1, %(clauses)s) i;
CREATE INDEX ON district (applicant_id);
CREATE INDEX ON score_table (district_id);
CREATE INDEX ON expert_score (table_id);
ANALYZE;
"""
POLICIES = """
CREATE POLICY seen ON score_table USING (
    (current_setting('gd.city', true) = '1' AND status <> 'draft')
    OR district_id IN (SELECT id FROM district WHERE applicant_id = ANY (string_to_array(current_setting('gd.bodies', true), ',')::int[])));
CREATE POLICY seen ON expert_score USING (
    current_setting('gd.city', true) = '1' OR member::text = current_setting('gd.member', true));
"""
LIST = "FROM score_table t JOIN district d ON d.id = t.district_id WHERE"
OWN = "district_id IN (SELECT id FROM district WHERE applicant_id = ANY (ARRAY[5]))"
FIRST = "ORDER BY year DESC, t.id LIMIT 50"
YEAR = "FROM expert_score s JOIN score_table t ON t.id = s.table_id WHERE t.year = 2022 AND t.status <> 'draft' GROUP BY 1"
STATEMENTS = {
    "city: count and first page": ("1", "", f"SELECT count(*) OVER (), t.id, d.name {LIST} status <> 'draft' {FIRST}"),
    "applicant: own tables": ("", "5", f"SELECT t.id, d.name {LIST} {OWN} {FIRST}"),
    "city: all scores of one table": ("1", "", "SELECT item, avg(points) FROM expert_score WHERE table_id = 77 GROUP BY item"),
    "city: scores of a year": ("1", "", f"SELECT s.table_id, sum(points) {YEAR}"),
}
ASKING = "SELECT set_config('gd.city', %s, false), set_config('gd.bodies', %s, false), set_config('gd.member', '', false)"


def main() -> None:
    """Create the database, measure, print, drop the database."""
    districts, rounds = (int(given) for given in (sys.argv[1:] + ["400", "60"][len(sys.argv) - 1 :]))
    django.setup()
    parts = urlsplit(settings.OWNER_DATABASE_URL)
    keeping, own = (urlunsplit(parts._replace(path=f"/{name}")) for name in ("postgres", NAME))
    with psycopg.connect(keeping, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"DROP ROLE IF EXISTS {ROLE}")
        connection.execute(f"CREATE DATABASE {NAME}")
        connection.execute(f"CREATE ROLE {ROLE}")
        try:
            _measure(own, districts, rounds)
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
            connection.execute(f"DROP ROLE IF EXISTS {ROLE}")


def _measure(address: str, districts: int, rounds: int) -> None:
    with psycopg.connect(address, autocommit=True) as owner:
        for statement in (SCHEMA % {"districts": districts, "years": YEARS, "members": MEMBERS, "clauses": CLAUSES}).split(";\n"):
            if statement.strip():
                owner.execute(statement)
        for statement in filter(str.strip, POLICIES.split(";\n")):
            owner.execute(statement)
        owner.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ROLE}")
        with psycopg.connect(address, autocommit=True) as reader:
            reader.execute(f"SET ROLE {ROLE}")
            for title, (city, bodies, statement) in STATEMENTS.items():
                found: dict[bool, list[float]] = {False: [], True: []}
                answers = {}
                for _ in range(rounds):
                    for secured in (False, True):
                        for table in ("score_table", "expert_score"):
                            owner.execute(f"ALTER TABLE {table} {'ENABLE' if secured else 'DISABLE'} ROW LEVEL SECURITY")
                        reader.execute(ASKING, [city, bodies])
                        reader.execute(statement)  # the change invalidates cached plans
                        begun = time.perf_counter()
                        answers[secured] = reader.execute(statement).fetchall()
                        found[secured].append(time.perf_counter() - begun)
                if sorted(answers[False]) != sorted(answers[True]):
                    msg = f"{title}: the policies let something else through"
                    raise RuntimeError(msg)
                plain, secured_time = (statistics.median(found[kind]) * 1000 for kind in (False, True))
                print(f"{title}: {plain:.2f} ms, with policies {secured_time:.2f} ms, ratio {secured_time / plain:.2f}")
            times = []
            for _ in range(rounds * 10):
                begun = time.perf_counter()
                reader.execute(ASKING, ["1", "5"])
                times.append(time.perf_counter() - begun)
            print(f"telling the database who asks: {statistics.median(times) * 1000:.3f} ms a request or job")


if __name__ == "__main__":
    main()
