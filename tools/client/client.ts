// A small program on the generated types: it compiles only if they are pleasant to use.
import type { paths } from "./schema";

type Drugs = paths["/v1/drugs"]["get"]["responses"]["200"]["content"]["application/json"];
type Query = NonNullable<paths["/v1/survival"]["get"]["parameters"]["query"]>;

async function main(base: string): Promise<void> {
  const query: Query = { stage: ["distant"], her2_status: ["positive"], limit: 5 };
  const drugs = (await (await fetch(`${base}/v1/drugs`)).json()) as Drugs;
  const name: string = drugs.items[0].generic_name;
  const link: string | null = drugs.items[0].citations[0].deep_link;
  console.log(`TypeScript client: ${drugs.total} drugs, first ${name}, ${link}, limit ${query.limit}`);
}

main(process.argv[2]).catch((error) => {
  console.error(error);
  process.exit(1);
});
