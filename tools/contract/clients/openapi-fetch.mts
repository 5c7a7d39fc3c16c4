// A program on the typed client: it compiles only if the types are pleasant to use.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const client = createClient<paths>({ baseUrl: process.argv[2] });
const { data } = await client.GET("/v1/survival");
const first: number | undefined = data?.items[0].value_percent;

function must<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`no ${what}`);
  return value;
}

const drugs = must((await client.GET("/v1/drugs")).data, "drugs");
const id: string = must(drugs.items[0], "first drug").id;
const drug = must((await client.GET("/v1/drugs/{id}", { params: { path: { id } } })).data, id);
const link: string | null = must(drug.citations[0], "citation").deep_link;

const figures = await client.GET("/v1/survival", {
  params: { query: { stage: ["distant"], her2_status: ["positive"], sort: ["-value_percent"] } },
});
for (const figure of must(figures.data, "figures").items) {
  if (figure.stage !== "distant") throw new Error(`${figure.id} is of stage ${figure.stage}`);
}

const seen = new Set<string>();
let cursor: string | undefined;
do {
  const query = cursor ? { limit: 5, cursor } : { limit: 5 };
  const page = must((await client.GET("/v1/drugs", { params: { query } })).data, "page");
  page.items.forEach((item) => seen.add(item.id));
  cursor = page.next ? (new URL(page.next).searchParams.get("cursor") ?? undefined) : undefined;
} while (cursor);
if (seen.size !== drugs.total) throw new Error(`${seen.size} drugs in the pages, not ${drugs.total}`);

const missing = await client.GET("/v1/drugs/{id}", { params: { path: { id: "no-such-drug" } } });
const status: number = must(missing.error, "problem").status;
if (status !== 404) throw new Error(`a problem of status ${status}`);

// A word that is in no list, and a parameter that does not exist, must not compile.
// @ts-expect-error
const wrong = () => client.GET("/v1/survival", { params: { query: { stage: ["distnat"] } } });
// @ts-expect-error
const unknown = () => client.GET("/v1/drugs", { params: { query: { colour: ["red"] } } });

console.log(`${drugs.total} drugs, ${drug.generic_name}, ${link}, ${figures.data?.total} figures`);
console.log(first);
