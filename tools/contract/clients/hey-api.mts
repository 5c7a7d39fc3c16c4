import { client } from "./hey-api/client.gen.js";
import { getExport, listExports, listSurvivalFigures } from "./hey-api/index.js";

client.setConfig({ baseUrl: process.argv[2] as `${string}://${string}` });

// A file of the data set comes whole, as bytes.
const file = (await listExports({ throwOnError: true })).data.items[0];
const [build, name] = file.url.split("/").slice(-2);
const got = await getExport({ path: { build, file: name }, parseAs: "blob", throwOnError: true });
const bytes: Blob | File = got.data;
if (bytes.size !== file.bytes) throw new Error(`${name} has ${bytes.size} bytes`);

const { data } = await listSurvivalFigures();
console.log(data?.items[0].value_percent);
