import { listSurvivalFigures } from "./orval/api.js";

const answer = await listSurvivalFigures();
if (answer.status !== 200) throw new Error(answer.data.detail);
console.log(answer.data.items[0].value_percent);
