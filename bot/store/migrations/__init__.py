"""Changes of the schema, each in one transaction with its own record of having happened."""
