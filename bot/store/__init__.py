"""Tables, queries, migrations, the writer and the seal. Knows nothing of Discord."""
