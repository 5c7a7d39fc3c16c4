"""A small program on the generated Python client."""

import sys

from her2_facts_client import Client
from her2_facts_client.api.drugs import get_drug, list_drugs

client = Client(base_url=sys.argv[1])
page = list_drugs.sync(client=client, limit=3)
drug = get_drug.sync("lapatinib", client=client)
print(f"Python client: {page.total} drugs, first {page.items[0].generic_name}, {drug.generic_name}")
