"""A shop that sells tickets: the order and the registration are one transaction.

python order.py EVENT EMAIL, with DATABASE_URL, and DATABASE_SCHEMA where access-mail's is not public.
EVENT is a slug. pip install "psycopg[binary]"
"""

import json
import os
import sys

import psycopg
from psycopg import sql

event, email = sys.argv[1:3]
schema = sql.Identifier(os.environ.get("DATABASE_SCHEMA", "public"))
REGISTER = sql.SQL(
    "select {0}.register({0}.event_id(%s), %s, first_name => %s, fields => %s::jsonb)"
).format(schema)


def order(connection):
    fields = json.dumps({"company": "ACME"})
    (registrant,) = connection.execute(REGISTER, (event, email, "Ada", fields)).fetchone()
    connection.execute("insert into ticket_order (email, registrant) values (%s, %s)", (email, registrant))
    return registrant


with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
    connection.execute(
        "create temporary table ticket_order (id serial primary key, email text not null, registrant uuid not null)"
    )
    try:
        with connection.transaction():
            order(connection)
            # The card was declined, say.
            raise psycopg.Rollback()
        (count,) = connection.execute("select count(*) from ticket_order").fetchone()
        print(f"Rolled back: {count} orders, and nobody is registered.")

        with connection.transaction():
            registrant = order(connection)
        print(f"Committed: {registrant} is registered, and the mail is on its way.")
    except psycopg.Error as error:
        # Codes of access-mail begin with ML; the column is the path of what is wrong.
        if not (error.sqlstate or "").startswith("ML"):
            raise
        print(f"{error.sqlstate}: {error.diag.message_primary}")
        for wrong in json.loads(error.diag.message_detail):
            print(wrong["path"], wrong["message"])
