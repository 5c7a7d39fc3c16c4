"""A program on the generated Python client: every name in it is one that the client made."""

import sys

from her2_facts import Client
from her2_facts.api.drugs import get_drug, list_drugs
from her2_facts.api.survival import list_survival_figures
from her2_facts.models import (
    DrugAnswer,
    DrugPage,
    ListSurvivalFiguresSortItem,
    Problem,
    ReceptorStatus,
    SurvivalPage,
    SurvivalStage,
)

client = Client(base_url=sys.argv[1], raise_on_unexpected_status=True)

drugs = list_drugs.sync(client=client, limit=3)
assert isinstance(drugs, DrugPage)
assert len(drugs.items) == 3 < drugs.total

page = list_survival_figures.sync(client=client)
assert isinstance(page, SurvivalPage)

figures = list_survival_figures.sync(
    client=client,
    stage=[SurvivalStage.DISTANT],
    her2_status=[ReceptorStatus.POSITIVE],
    sort=[ListSurvivalFiguresSortItem("-value_percent")],
)
assert isinstance(figures, SurvivalPage)
assert {figure.stage for figure in figures.items} == {SurvivalStage.DISTANT}

drug = get_drug.sync(drugs.items[0].id, client=client)
assert isinstance(drug, DrugAnswer)
assert drug.citations[0].source.title

missing = get_drug.sync("no-such-drug", client=client)
assert isinstance(missing, Problem)
assert missing.status == 404

print(f"{drugs.total} drugs, {drug.generic_name}, {figures.total} figures, {missing.title}")
print(page.items[0].value_percent)
client.get_httpx_client().close()
