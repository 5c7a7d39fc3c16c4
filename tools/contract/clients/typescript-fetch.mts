import { Configuration, SurvivalApi } from "./typescript-fetch/index.js";

const api = new SurvivalApi(new Configuration({ basePath: process.argv[2] }));
const page = await api.listSurvivalFigures();
console.log(page.items[0].valuePercent);
